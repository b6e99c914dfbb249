import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { credentials, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runSimulate, type SimulateOptions } from '../../simulator/simulate-command.ts';

import { makeCertificates } from '../support/certificates.ts';
import { GnmiClient, type DialOptions } from './gnmi-client.ts';
import { leavesOf } from './wire-leaves.ts';

let folder: string;
let authority: Buffer;
const file = (name: string) => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'nocturne-simulate-'));
  const certificates = await makeCertificates();
  authority = certificates.authority.certPem;
  await writeFile(file('cert.pem'), certificates.server.certPem);
  await writeFile(file('key.pem'), certificates.server.keyPem);
  await writeFile(file('other.pem'), certificates.client.keyPem);
  await writeFile(file('text'), 'no PEM, no JSON');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a simulator while `visit` looks at it; answers its lines. */
async function whileRunning(
  options: Partial<SimulateOptions>,
  visit: (ports: readonly number[]) => Promise<void> = async () => {},
): Promise<string[]> {
  const stop = new AbortController();
  const up = Promise.withResolvers<void>();
  const lines: string[] = [];
  const print = (line: string) => {
    lines.push(line);
    if (/ up; stop/.test(line)) up.resolve();
  };
  const all = { count: 1, basePort: 0, faults: 'none', ...options };
  const running = runSimulate(all, { signal: stop.signal, print });
  await Promise.race([up.promise, running]);
  try {
    await visit(lines.flatMap((line) => Number(/:(\d+)$/.exec(line)?.[1] ?? Number.NaN) || []));
  } finally {
    stop.abort();
    await running;
  }
  return lines;
}

async function serialOf(port: number, dial: DialOptions = {}): Promise<unknown> {
  using client = new GnmiClient(port, dial);
  const { notification } = await client.get([
    '/components/component[name=Chassis]/state/serial-no',
  ]);
  return [...leavesOf(notification).values()][0];
}

it('says where the devices listen, runs until told to stop, then returns', async () => {
  const stop = new AbortController();
  const lines: string[] = [];
  await runSimulate(
    { count: 2, spines: 1, basePort: 0, faults: 'none' },
    {
      signal: stop.signal,
      print: (line) => {
        lines.push(line);
        if (line.includes('are up')) stop.abort();
      },
    },
  );
  expect(lines[0]).toMatch(/^leaf-01 \(leaf\) on 127\.0\.0\.1:\d+$/);
  expect(lines.at(-1)).toBe('stopping');
});

it.each([
  [{ username: 'noc' }, /both a username and a password/],
  [{ tlsKey: '/nowhere/key.pem' }, /both a TLS certificate and its key/],
  [{ faults: '/nowhere/faults.json' }, /can't read \/nowhere\/faults\.json/],
  [{ faults: 'text' }, /the fault script .*text is not JSON/],
  [{ tlsCert: 'text', tlsKey: 'key.pem' }, /text holds no certificate/],
  [{ tlsCert: 'cert.pem', tlsKey: 'text' }, /text holds no private key/],
  [{ tlsCert: 'cert.pem', tlsKey: 'other.pem' }, /other\.pem does not belong to .*cert\.pem/],
  [{ count: 0 }, /a simulator of 0 devices has nothing to do/],
  [{ count: 3, spines: 3 }, /3 spines leave no leaf among 3 switches; give at most 2/],
  [{ count: 300 }, /a fabric of 298 leaves and 2 spines is too large/],
  [
    { count: 4, basePort: 65_533 },
    /4 devices from port 65533 on would end at 65536; give a base port of at most 65532/,
  ],
])('refuses %j with one sentence', async (options, message) => {
  const context = { signal: new AbortController().signal, print: () => {} };
  const given = Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      /^(text|cert\.pem|key\.pem|other\.pem)$/.test(String(value)) ? file(String(value)) : value,
    ]),
  );
  await expect(runSimulate({ count: 1, basePort: 0, ...given }, context)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(message) as string,
  });
});

it('makes as many of each as it is told, and this machine when wanted', async () => {
  const lines = await whileRunning({ count: 4, spines: 1, hostTarget: true });
  expect(lines.map((line) => /\((\w+)\)/.exec(line)?.[1]).filter(Boolean)).toEqual([
    'leaf',
    'leaf',
    'leaf',
    'spine',
    'host',
  ]);
  expect(await whileRunning({ count: 0, hostTarget: true })).toHaveLength(3);
});

it('listens where it is told', async () => {
  const [line] = await whileRunning({ host: '127.0.0.2' });
  expect(line).toMatch(/^leaf-01 \(leaf\) on 127\.0\.0\.2:\d+$/);
});

it('makes the same devices from the same seed', async () => {
  const serials: unknown[] = [];
  for (const seed of [1, 1, 2]) {
    await whileRunning({ seed }, async ([port]) => void serials.push(await serialOf(port!)));
  }
  expect(serials[1]).toBe(serials[0]);
  expect(serials[2]).not.toBe(serials[0]);
});

it('asks for the login and speaks TLS when it is told', async () => {
  const login = { username: 'noc', password: 'night' };
  const tls = { tlsCert: file('cert.pem'), tlsKey: file('key.pem') };
  await whileRunning({ ...login, ...tls }, async ([port]) => {
    const checkServerIdentity = () => undefined;
    const secure = credentials.createSsl(authority, null, null, { checkServerIdentity });
    await expect(serialOf(port!, { credentials: secure })).rejects.toMatchObject({
      code: status.UNAUTHENTICATED,
    });
    expect(await serialOf(port!, { credentials: secure, login })).toMatch(/^VSC/);
    await expect(serialOf(port!, { login })).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });
});
