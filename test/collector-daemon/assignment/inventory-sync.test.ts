import { expect, test } from 'vitest';
import { InventorySync } from '../../../collector-daemon/assignment/inventory-sync.ts';
import type { DeviceId, Epoch } from '../../../core/id.ts';
import type { CollectionTarget } from '../../../core/inventory/collection-target.ts';
import type { LoadedTargets } from '../../../service/store/inventory/inventory.ts';

const deviceId = '00000000-0000-7000-8000-000000000001' as DeviceId;
const target = { deviceId, revision: 'a', epoch: 1 as Epoch } as CollectionTarget;
const refusal = { deviceId, deviceName: 'leaf-01', problem: 'its credential does not open' };
const can: LoadedTargets = { targets: [target], refused: [] };
const cannot: LoadedTargets = { targets: [], refused: [refusal] };

function syncOver(answers: LoadedTargets[]) {
  const done: string[] = [];
  const sync = new InventorySync({
    load: async () => answers.shift()!,
    holders: [{ assign: () => done.push('assign'), unassign: () => done.push('unassign') }],
    refused: (name, problem) => done.push(`${name}: ${problem}`),
  });
  return { sync, done };
}

test('says what it wants collected, and what cannot be for which reason', async () => {
  const { sync, done } = syncOver([can, cannot]);
  expect(await sync.run()).toEqual({ collected: new Set([deviceId]), refused: new Map() });
  expect(await sync.run()).toEqual({
    collected: new Set(),
    refused: new Map([[deviceId, refusal.problem]]),
  });
  expect(done).toEqual(['assign', 'unassign', `leaf-01: ${refusal.problem}`]);
});

test('tells of a refusal once, and again when it comes back', async () => {
  const { sync, done } = syncOver([cannot, cannot, can, cannot]);
  for (const _ of [1, 2]) await sync.run();
  expect(done).toEqual([`leaf-01: ${refusal.problem}`]);
  for (const _ of [3, 4]) await sync.run();
  expect(done.filter((word) => word.startsWith('leaf-01'))).toHaveLength(2);
});

test('a new epoch is handed on, for the target as it is', async () => {
  const overtaken = { ...target, epoch: 2 as Epoch };
  const given: unknown[] = [];
  const answers: LoadedTargets[] = [target, target, overtaken, overtaken].map((one) => ({
    targets: [one],
    refused: [],
  }));
  const sync = new InventorySync({
    load: async () => answers.shift()!,
    holders: [{ assign: (one) => given.push(one), unassign: () => {} }],
    refused: () => {},
  });
  for (const _ of [1, 2, 3, 4]) await sync.run();
  expect(given).toEqual([target, overtaken]);
});
