import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials, status } from '@grpc/grpc-js';
import { expect, it } from 'vitest';
import { LoadModel } from '../../../simulator/load-model.ts';
import { startTarget } from '../../../simulator/target/target.ts';
import { systemTimer } from '../../../simulator/timer.ts';
import { GnmiClient, subscribeList, subscription } from '../gnmi-client.ts';

const login = { username: 'noc', password: 'night' };

function model(): LoadModel {
  return new LoadModel({ interfaces: 1, countersPerInterface: 1, intervalMs: 1_000, originMs: 0 });
}

it('asks for username and password on every RPC when it has some', async () => {
  await using target = await startTarget({ model: model(), timer: systemTimer, port: 0, login });
  using right = new GnmiClient(target.port, { login });
  using wrong = new GnmiClient(target.port, { login: { ...login, password: 'day' } });
  using none = new GnmiClient(target.port);
  await expect(right.capabilities()).resolves.toMatchObject({ gNMIVersion: '0.10.0' });
  for (const client of [wrong, none]) {
    await expect(client.capabilities()).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
    const stream = client.subscribe(subscribeList([subscription('/')]));
    await expect(stream.next()).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
  }
});

it('serves TLS with the certificate it was given', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nocturne-tls-'));
  try {
    const [keyPem, certPem] = selfSigned(folder);
    await using target = await startTarget({
      model: model(),
      timer: systemTimer,
      port: 0,
      tls: { keyPem, certPem },
    });
    using client = new GnmiClient(target.port, { credentials: credentials.createSsl(certPem) });
    await expect(client.capabilities()).resolves.toMatchObject({ gNMIVersion: '0.10.0' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('takes no more streams than it may', async () => {
  await using target = await startTarget({
    model: model(),
    timer: systemTimer,
    port: 0,
    maxStreams: 1,
  });
  using client = new GnmiClient(target.port);
  await client.subscribe(subscribeList([subscription('/')])).untilSync();
  const second = client.subscribe(subscribeList([subscription('/')]));
  await expect(second.next()).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
});

function selfSigned(folder: string): [Buffer, Buffer] {
  const key = join(folder, 'key.pem');
  const cert = join(folder, 'cert.pem');
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '1',
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost',
      '-keyout',
      key,
      '-out',
      cert,
    ],
    { stdio: 'ignore' },
  );
  return [readFileSync(key), readFileSync(cert)];
}
