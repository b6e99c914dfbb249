import { describe, expect, test } from 'vitest';
import { TroubleLedger } from '../../../collector-daemon/ingest-worker/trouble-ledger.ts';
import type { DeviceId } from '../../../core/id.ts';
import { leafOne } from '../../support/collection.ts';

const leafTwo = '0198a000-0000-7000-8000-000000000002' as DeviceId;

describe('the ledger of troubles', () => {
  test('counts by device and kind, with the first and last time and paths for an example', () => {
    const ledger = new TroubleLedger();
    const one = ledger.of(leafOne);
    one.noticed({ kind: 'undecodable', path: '/a', count: 1, atMs: 1_000, value: 'any_val' });
    one.noticed({ kind: 'undecodable', path: '/b', count: 2, atMs: 3_000 });
    one.noticed({ kind: 'undecodable', path: '/a', count: 1, atMs: 2_000 });
    one.noticed({ kind: 'clock-fault', path: null, count: 1, atMs: 2_000 });
    ledger.of(leafTwo).noticed({ kind: 'filtered', path: '/c', count: 7, atMs: 5_000 });
    expect(ledger.take()).toEqual([
      {
        deviceId: leafOne,
        kind: 'undecodable',
        count: 4,
        firstAtMs: 1_000,
        lastAtMs: 3_000,
        examples: [
          { path: '/a', value: 'any_val', count: 2, firstAtMs: 1_000, lastAtMs: 2_000 },
          { path: '/b', value: null, count: 2, firstAtMs: 3_000, lastAtMs: 3_000 },
        ],
      },
      expect.objectContaining({ kind: 'clock-fault', count: 1, examples: [] }),
      expect.objectContaining({ deviceId: leafTwo, kind: 'filtered', count: 7 }),
    ]);
    expect(ledger.take()).toEqual([]);
  });

  test('holds no more paths than it may, of a kind and of all devices, and counts on', () => {
    const ledger = new TroubleLedger({ examplesAKind: 2, examples: 3 });
    for (const deviceId of [leafOne, leafTwo]) {
      for (let at = 0; at < 1_000; at += 1) {
        const path = `/list[id=${at}]`;
        ledger.of(deviceId).noticed({ kind: 'over-limit', path, count: 1, atMs: at });
      }
    }
    expect(ledger.take().map(({ count, examples }) => [count, examples.length])).toEqual([
      [1_000, 2],
      [1_000, 1],
    ]);
  });

  test('cuts what the device said', () => {
    const ledger = new TroubleLedger();
    const value = 'x'.repeat(10_000);
    ledger.of(leafOne).noticed({ kind: 'undecodable', path: '/a', count: 1, atMs: 0, value });
    expect(ledger.take()[0]!.examples[0]!.value!.length).toBeLessThan(300);
  });
});
