import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Gauge, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { startWaitingServer } from '../../../collector-daemon/api/waiting-server.ts';

const facts = { version: '0.1.0', node: 'col-1', role: 'collector' };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test('a node that waits is alive, and says what it waits for', async () => {
  const port = await freePort();
  const metrics = new Registry();
  new Gauge({ name: 'nocturne_up', help: 'is up', registers: [metrics] }).set(1);
  let reasons = ['it is starting'];
  await using _server = await startWaitingServer({
    host: '127.0.0.1',
    port,
    facts,
    reasons: () => reasons,
    metrics,
  });
  const look = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    return [answer.status, await answer.text()] as const;
  };
  expect(await look('/health')).toEqual([200, JSON.stringify({ status: 'ok', ...facts })]);
  reasons = ['the database db.example:5432 cannot be reached'];
  expect(await look('/ready')).toEqual([503, JSON.stringify({ ready: false, reasons })]);
  expect((await look('/metrics'))[1]).toContain('nocturne_up 1');
  const [status, body] = await look('/api/devices');
  expect(status).toBe(503);
  expect(JSON.parse(body)).toMatchObject({ detail: `this node is starting: ${reasons[0]}` });
});

test('the port is free once it has ended, also where a client holds its connection open', async () => {
  const port = await freePort();
  const options = { host: '127.0.0.1', port, facts, reasons: () => [], metrics: new Registry() };
  const server = await startWaitingServer(options);
  await fetch(`http://127.0.0.1:${port}/health`);
  await server[Symbol.asyncDispose]();
  await using _again = await startWaitingServer(options);
  await expect(startWaitingServer(options)).rejects.toMatchObject({ code: 'PORT_TAKEN' });
});
