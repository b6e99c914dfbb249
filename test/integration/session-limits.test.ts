/** No state of a session needs a target that behaves: each has an end. */
import { expect, test } from 'vitest';
import { endpoint, onChange, sampled } from '../support/collection.ts';
import { type ScriptedStream, ScriptedTarget } from '../support/scripted-target.ts';
import { SessionProbe } from '../support/session-probe.ts';
import { typed, wirePath, wireUpdate } from '../support/wire.ts';

const one = [wireUpdate(wirePath(['a', 'b']), typed({ $case: 'uintVal', value: 1n }))];

async function session(subscription = sampled('/a', 1_000)) {
  const target = await ScriptedTarget.start();
  const probe = SessionProbe.open(endpoint(target.port), [subscription]);
  return {
    target,
    probe,
    stream: await target.stream(),
    /** What the target says arrives, and is handled. */
    async say(stream: ScriptedStream) {
      const heard = probe.count('update');
      stream.notify({ update: one });
      await probe.until(() => probe.count('update') > heard);
    },
    async [Symbol.asyncDispose]() {
      probe[Symbol.dispose]();
      await target[Symbol.asyncDispose]();
    },
  };
}

test('a stream that never syncs and falls silent is begun anew within 40 s, with a gap', async () => {
  await using run = await session();
  for (let update = 0; update < 4; update += 1) await run.say(run.stream);
  expect(run.probe.state.name).toBe('syncing');
  run.probe.time.advance(30_000);
  expect(run.probe.state).toMatchObject({
    name: 'backing-off',
    brokeBy: 'silence',
    lastError: expect.stringContaining('fell silent for 24 s') as string,
  });
  expect(run.probe.count('gap')).toBe(1);
  run.probe.time.advance(10_000);
  await run.target.stream();
});

test('a target that sends on and never syncs is collected like any other', async () => {
  await using run = await session();
  await run.say(run.stream);
  for (let second = 0; second < 60; second += 1) {
    run.probe.time.advance(1_000);
    await run.say(run.stream);
  }
  expect(run.probe.state.name).toBe('streaming');
  // Nothing was said to be complete, so nothing may be taken for gone.
  expect(run.probe.count('sync')).toBe(0);
  run.stream.end();
  await run.probe.untilFailure();
  expect(run.probe.count('gap')).toBe(1);
});

test('the initial set that is complete at last is told, also after a long while', async () => {
  await using run = await session(onChange('/a'));
  await run.say(run.stream);
  run.probe.time.advance(60_000);
  expect(run.probe.state.name).toBe('streaming');
  run.stream.sync();
  await run.probe.until(() => run.probe.count('sync') === 1);
  expect(run.probe.state.name).toBe('streaming');
});

test('a Subscribe that is never answered is asked again, with ever more time to answer', async () => {
  await using run = await session();
  const waits: string[] = [];
  for (let asked = 1; asked <= 5; asked += 1) {
    await run.probe.untilState('subscribing');
    const limitMs = 30_000 * Math.min(8, 2 ** (asked - 1));
    run.probe.time.advance(limitMs - 1);
    expect(run.probe.state.name).toBe('subscribing');
    run.probe.time.advance(1);
    waits.push(run.probe.state.lastError!);
    expect(run.probe.state.name).toBe('backing-off');
    run.probe.time.advance(600_000);
    await run.target.stream();
  }
  const peer = `127.0.0.1:${run.target.port}`;
  const sentence = (seconds: number) =>
    `${peer} has not answered the subscription within ${seconds} s; it is asked again`;
  expect(waits).toEqual([30, 60, 120, 240, 240].map(sentence));
  // One that answers at last gets the usual time again.
  const last = run.target.streams.at(-1)!;
  await run.probe.untilState('subscribing');
  await run.say(last);
  last.sync();
  await run.probe.untilState('streaming');
});

test('while we do not read, no limit runs out', async () => {
  await using run = await session();
  await run.probe.untilState('subscribing');
  run.probe.session.pause();
  run.probe.time.advance(600_000);
  expect(run.probe.state.name).toBe('subscribing');
  run.probe.session.resume();
  run.probe.time.advance(30_000);
  expect(run.probe.state.name).toBe('backing-off');
});
