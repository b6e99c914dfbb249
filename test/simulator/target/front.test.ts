import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { Front } from '../../../simulator/target/front.ts';

function echo(): Front {
  return new Front({
    host: '127.0.0.1',
    port: 0,
    accept: (connection) => void connection.pipe(connection),
  });
}

async function dial(front: Front): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: front.port });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

async function roundTrip(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  return bytes.toString();
}

it('passes nothing while frozen, and everything held back after the thaw', async () => {
  await using front = echo();
  await using other = echo();
  await front.listen();
  await other.listen();
  const frozen = await dial(front);
  const lively = await dial(other);
  expect(await roundTrip(frozen, 'before')).toBe('before');
  front.freeze();
  const received: string[] = [];
  frozen.on('data', (bytes: Buffer) => received.push(bytes.toString()));
  frozen.write('meanwhile');
  // Ten round trips on a connection that is not frozen give an echo all the time it would need.
  for (let at = 0; at < 10; at += 1) await roundTrip(lively, 'x');
  expect(received).toEqual([]);
  front.thaw();
  while (received.length === 0) await once(frozen, 'data');
  expect(received.join('')).toBe('meanwhile');
});

it('accepts connections while frozen and keeps them silent', async () => {
  await using front = echo();
  await front.listen();
  front.freeze();
  const socket = await dial(front);
  socket.write('hello');
  front.thaw();
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  expect(bytes.toString()).toBe('hello');
});

it('resets its connections and comes back on the same port', async () => {
  await using front = echo();
  await front.listen();
  const { port } = front;
  const socket = await dial(front);
  await roundTrip(socket, 'x');
  const broken = once(socket, 'error');
  await front.refuse();
  expect(await broken).toMatchObject([{ code: 'ECONNRESET' }]);
  await front.listen();
  expect(front.port).toBe(port);
  expect(await roundTrip(await dial(front), 'again')).toBe('again');
});
