import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { untilAborted } from '../../../service/operations/until-aborted.ts';

function followed() {
  const ending = new AbortController();
  const state = { disposed: 0 };
  const follow = () => ({ signal: ending.signal, [Symbol.dispose]: () => (state.disposed += 1) });
  return { ending, state, follow };
}

async function* numbers(count: number) {
  for (let at = 0; at < count; at += 1) yield await Promise.resolve(at);
}

test('a stream that ends by itself is as it was', async () => {
  const { follow, state, ending } = followed();
  const seen: unknown[] = [];
  for await (const one of untilAborted(numbers(1_000), follow)) {
    seen.push(one);
    expect(getEventListeners(ending.signal, 'abort')).toHaveLength(1);
  }
  expect(seen).toHaveLength(1_000);
  expect(state.disposed).toBe(1);
  expect(getEventListeners(ending.signal, 'abort')).toEqual([]);
});

test('what it was followed by ends it, also while nothing comes', async () => {
  const { follow, state, ending } = followed();
  const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
  const end = untilAborted(silent, follow).next();
  ending.abort(new Error('it is over'));
  await expect(end).rejects.toThrow('it is over');
  expect(state.disposed).toBe(1);
});

test('a reader that leaves ends what is behind', async () => {
  const { follow, state } = followed();
  let ended = false;
  async function* behind() {
    try {
      yield* numbers(10);
    } finally {
      ended = true;
    }
  }
  for await (const _ of untilAborted(behind(), follow)) break;
  expect(ended).toBe(true);
  expect(state.disposed).toBe(1);
});

test('its errors are passed on', async () => {
  const { follow, state } = followed();
  // oxlint-disable-next-line require-yield -- it only fails
  async function* failing(): AsyncGenerator<never> {
    throw await Promise.resolve(new Error('no'));
  }
  await expect(untilAborted(failing(), follow).next()).rejects.toThrow('no');
  expect(state.disposed).toBe(1);
});
