import { describe, expect, test } from 'vitest';
import { quietMs, TroubleEpisodes } from '../../../collector-daemon/reporting/trouble-episodes.ts';
import type { TroubleCount } from '../../../collector-daemon/ingest-worker/trouble-ledger.ts';
import { makeUuid } from '../../../core/id.ts';
import { systemClock } from '../../../core/time.ts';
import { leafOne } from '../../support/collection.ts';

const startMs = 1_800_000_000_000;
const hourMs = 3_600_000;

function seen(atMs: number, count = 1, ...paths: readonly string[]): TroubleCount {
  const times = { firstAtMs: atMs, lastAtMs: atMs };
  const examples = paths.map((path) => ({ path, value: null, count: 1, ...times }));
  return { deviceId: leafOne, kind: 'undecodable', count, examples, ...times };
}

function episodes() {
  return new TroubleEpisodes(() => makeUuid(systemClock));
}

/** As the book does when the database takes it. */
function written(from: TroubleEpisodes, nowMs: number) {
  const due = from.due(nowMs);
  for (const one of due) {
    Object.assign(one, {
      changed: false,
      writtenAtMs: nowMs,
      endWritten: one.overAtMs !== null,
    });
  }
  return due;
}

describe('an episode', () => {
  test('is told once when it begins, however often it is seen, and once when it is over', () => {
    const all = episodes();
    const told: string[] = [];
    for (let atMs = startMs; atMs < startMs + 2 * hourMs; atMs += 10_000) {
      if (atMs < startMs + hourMs) all.add(seen(atMs, 3, '/a'));
      const { begun, over } = all.turn(atMs);
      told.push(...begun.map(({ count }) => `begun ${count}`));
      told.push(...over.map(({ count }) => `over ${count}`));
    }
    expect(told).toEqual(['begun 3', `over ${3 * 360}`]);
  });

  test('is written when it begins, each minute while it grows, and with its end', () => {
    const all = episodes();
    const writes: (readonly [second: number, count: number, over: boolean])[] = [];
    for (let atMs = startMs; atMs < startMs + 20 * 60_000; atMs += 1_000) {
      if (atMs < startMs + 130_000) all.add(seen(atMs));
      all.turn(atMs);
      for (const { count, overAtMs } of written(all, atMs)) {
        writes.push([(atMs - startMs) / 1_000, count, overAtMs !== null]);
      }
    }
    expect(writes).toEqual([
      [0, 1, false],
      [60, 61, false],
      [120, 121, false],
      [180, 130, false],
      [129 + quietMs / 1_000 + 1, 130, true],
    ]);
  });

  test('that comes and goes is told once an hour at most', () => {
    const all = episodes();
    let told = 0;
    for (let atMs = startMs; atMs < startMs + 6 * hourMs; atMs += 60_000) {
      if ((atMs - startMs) % (20 * 60_000) === 0) all.add(seen(atMs));
      told += all.turn(atMs).begun.length;
      written(all, atMs);
    }
    expect(told).toBe(6);
  });

  test('whose end was never written goes on: nothing is left out', () => {
    const all = episodes();
    all.add(seen(startMs, 5, '/a'));
    all.turn(startMs + quietMs + 1);
    all.add(seen(startMs + quietMs + 2, 2, '/a'));
    expect(written(all, startMs + quietMs + 3)).toMatchObject([
      { beganAtMs: startMs, count: 7, overAtMs: null, examples: [{ path: '/a', count: 2 }] },
    ]);
  });

  test('that an earlier program has told goes on with the same holes, and is not told again', () => {
    const before = episodes();
    before.add(seen(startMs, 5, '/a'));
    before.turn(startMs);
    const stored = written(before, startMs).map((one) => ({ ...one, node: 'col-a' }));
    const after = episodes();
    after.restore(stored);
    after.add(seen(startMs + 60_000, 2, '/a', '/b'));
    expect(after.turn(startMs + 60_000).begun).toEqual([]);
    const [row] = written(after, startMs + 60_000);
    expect(row).toMatchObject({ beganAtMs: startMs, count: 7, gapId: stored[0]!.gapId });
    expect(row!.examples.map(({ path, gapId }) => [path, gapId])).toEqual([
      ['/a', stored[0]!.examples[0]!.gapId],
      ['/b', expect.any(String)],
    ]);
    expect(after.turn(startMs + 2 * hourMs).over).toHaveLength(1);
  });

  test('of a kind that only a later program knows is left alone', () => {
    const all = episodes();
    all.add(seen(startMs));
    const [row] = written(all, startMs);
    const other = episodes();
    other.restore([{ ...row!, kind: 'of-the-future', node: 'col-b' }]);
    expect(other.size).toBe(0);
  });
});

test('what is over and written takes no memory', () => {
  const all = episodes();
  all.add(seen(startMs));
  for (const atMs of [startMs, startMs + hourMs, startMs + 2 * hourMs]) {
    all.turn(atMs);
    written(all, atMs);
  }
  expect(all.size).toBe(0);
});
