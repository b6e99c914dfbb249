/** What targets do on the wire besides sending what they were asked for. */
import { once } from 'node:events';
import { constants } from 'node:http2';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { maxReceiveBytes } from '../../collector-daemon/session/gnmi/gnmi-channel.ts';
import type { GnmiEndpoint } from '../../core/inventory/collection-target.ts';
import type { ExtensionID } from '../../proto/generated/gnmi_ext/gnmi_ext.ts';
import { collectionTarget, endpoint, onChange, sampled } from '../support/collection.ts';
import { startRawTarget } from '../support/raw-target.ts';
import { type ScriptedStream, ScriptedTarget } from '../support/scripted-target.ts';
import { SessionProbe } from '../support/session-probe.ts';
import { typed, wireNotification, wirePath, wireUpdate } from '../support/wire.ts';

const text = (value: string) => typed({ $case: 'stringVal', value });
const update = (value = 'UP') => [wireUpdate(wirePath(['a', 'b']), text(value))];

async function session(access: Partial<GnmiEndpoint> = {}) {
  const target = await ScriptedTarget.start();
  const probe = SessionProbe.open(endpoint(target.port, access), [onChange('/a')]);
  return {
    target,
    probe,
    stream: await target.stream(),
    async [Symbol.asyncDispose]() {
      probe[Symbol.dispose]();
      await target[Symbol.asyncDispose]();
    },
  };
}

test('a target that finds our keepalive too frequent is asked more rarely, over new channels too', async () => {
  await using target = await startRawTarget((http2) =>
    http2.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM, 0, Buffer.from('too_many_pings')),
  );
  using probe = SessionProbe.open(endpoint(target.port), [onChange('/a')]);
  for (let connects = 1; connects <= 3; connects += 1) {
    await probe.until(() => probe.keepalivesMs.length === connects);
    expect(await probe.untilFailure()).toMatch(/asked for calm, mostly because of too many/);
    expect(probe.state.name).toBe('backing-off');
    probe.time.advance(600_000);
  }
  // At once what a gRPC server puts up with by itself: each step to there would cost an outage.
  expect(probe.keepalivesMs).toEqual([30_000, 330_000, 660_000, 1_320_000]);
});

test('a first message of 8 MB is taken', async () => {
  await using run = await session();
  const path = (leaf: number) => wirePath(['a', ['row', { index: String(leaf) }], 'description']);
  const long = text('x'.repeat(1_000));
  run.stream.notify({
    update: Array.from({ length: 8_000 }, (_, leaf) => wireUpdate(path(leaf), long)),
  });
  run.stream.sync();
  await run.probe.untilState('streaming');
  expect(run.probe.updates()).toHaveLength(8_000);
});

test('a message beyond what is taken is said as such, and not asked for again at once', async () => {
  await using run = await session();
  run.stream.notify({ update: update('x'.repeat(maxReceiveBytes)) });
  expect(await run.probe.untilFailure()).toMatch(
    /^127\.0\.0\.1:\d+ sent a message of 67108\d+ bytes, and 67108864 at most are taken; raise the endpoint's limit for messages, or subscribe to parts of what is subscribed now$/,
  );
  expect(run.probe.state.name).toBe('refused');
});

test('a stream is asked for with a prefix, without a deadline, and never ended by us', async () => {
  await using run = await session({ username: 'noc', password: 'night-shift' });
  const { request, metadata, deadline } = run.stream;
  expect(request.request).toMatchObject({ value: { prefix: { target: '' }, updatesOnly: false } });
  expect(metadata.get('username')).toEqual(['noc']);
  expect(metadata.get('password')).toEqual(['night-shift']);
  expect(deadline).toBe(Infinity);
  run.stream.notify({ update: update() });
  run.stream.sync();
  await run.probe.untilState('streaming');
  expect(run.stream.halfClosed).toBe(false);
});

test('a session that is stopped by who hears of it leaves no timer behind', async () => {
  await using target = await ScriptedTarget.start();
  using probe = SessionProbe.open(endpoint(target.port), [sampled('/a')]);
  const stream = await target.stream();
  stream.notify({ update: update() });
  probe.onChange = (name) => {
    if (name === 'streaming') probe[Symbol.dispose]();
  };
  stream.sync();
  await probe.untilState('stopped');
  expect(probe.time.pending).toBe(0);
});

test.each([
  ['plaintext', /^127\.0\.0\.1:\d+ does not speak gRPC on this port/],
  ['verified', /^127\.0\.0\.1:\d+ does not speak TLS/],
] as const)('garbage on the socket, asked in %s: one sentence', async (tlsMode, expected) => {
  const garbage = Buffer.from(Array.from({ length: 512 }, (_, at) => (at * 89) % 256));
  const server = createServer((socket) => socket.on('error', () => {}).end(garbage));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  using probe = SessionProbe.open(endpoint(port, { tlsMode }), [onChange('/a')]);
  expect(await probe.untilFailure()).toMatch(expected);
  expect(probe.state.lastError).not.toContain('\n');
  server.close();
});

test('a host that takes the connection and says nothing is given up at the deadline', async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const probe = new SessionProbe(collectionTarget(endpoint(port), [onChange('/a')]), undefined, 50);
  probe.session.start();
  expect(await probe.untilFailure()).toBe(
    `127.0.0.1:${port} did not answer in time; check the address, the port and the way there`,
  );
  expect(probe.state.name).toBe('backing-off');
  probe[Symbol.dispose]();
  for (const socket of sockets) socket.destroy();
  server.close();
});

test('a sync without data is a sync', async () => {
  await using run = await session();
  run.stream.sync();
  await run.probe.untilState('streaming');
  expect(run.probe.notifications.map(({ kind }) => kind)).toEqual(['sync']);
  run.probe.time.advance(3_600_000);
  expect(run.probe.state.name).toBe('streaming');
  run.stream.notify({ update: update() });
  await run.probe.until(() => run.probe.count('update') === 1);
});

test('a sync that says no, an extension alone, and what a header says beside an update are passed over', async () => {
  await using run = await session();
  const header = { id: 1 as ExtensionID, msg: Uint8Array.of(1, 2) };
  const extension = [{ ext: { $case: 'registeredExt' as const, value: header } }];
  run.stream.respond({ $case: 'syncResponse', value: false });
  run.stream.respond(undefined, extension);
  run.stream.respond({ $case: 'update', value: wireNotification({ update: update() }) }, extension);
  run.stream.sync();
  await run.probe.untilState('streaming');
  expect(run.probe.notifications.map(({ kind }) => kind)).toEqual(['update', 'sync']);
  expect(run.probe.updates()).toEqual([['/a/b', 'UP']]);
});

test.each(['syncing', 'streaming'] as const)(
  'a target that ends its stream with OK while %s is tried again',
  async (state) => {
    await using run = await session();
    run.stream.notify({ update: update() });
    if (state === 'streaming') run.stream.sync();
    await run.probe.untilState(state);
    run.stream.end();
    expect(await run.probe.untilFailure()).toMatch(/^127\.0\.0\.1:\d+ ended the stream$/);
    expect(run.probe.state.name).toBe('backing-off');
    expect(run.probe.notifications.at(-1)).toMatchObject({ kind: 'gap' });
  },
);

const login = { username: 'noc', password: 'night-shift' };

test.each([
  ['a status', (stream: ScriptedStream) => stream.fail(status.UNAUTHENTICATED, saidBack)],
  ['a status of no class', (stream: ScriptedStream) => stream.fail(status.UNKNOWN, saidBack)],
  [
    'an error in the stream',
    (stream: ScriptedStream) =>
      stream.respond({ $case: 'error', value: { code: 3, message: saidBack, data: undefined } }),
  ],
])('a password that %s says back is not told on', async (_what, fail) => {
  await using run = await session(login);
  fail(run.stream);
  const sentence = await run.probe.untilFailure();
  expect(sentence).toContain('no user noc with •••, I said •••');
  expect(JSON.stringify(run.probe.notifications)).not.toContain(login.password);
});

const saidBack = `no user noc with ${login.password}, I said ${login.password}`;

test('nor one in the words against a single path', async () => {
  await using target = await ScriptedTarget.start({
    refuse: ({ request }) =>
      request?.$case === 'subscribe' &&
      request.value.subscription.some(({ path }) => path?.elem[0]?.name === 'b')
        ? { code: status.UNIMPLEMENTED, details: saidBack }
        : null,
  });
  using probe = SessionProbe.open(endpoint(target.port, login), [onChange('/a'), onChange('/b')]);
  (await target.stream()).sync();
  (await target.stream()).sync();
  await probe.untilState('streaming');
  expect(probe.refused).toEqual(['/b: no user noc with •••, I said •••']);
});
