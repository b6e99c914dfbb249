import { expect, test } from 'vitest';
import { InventorySync } from '../../../collector-daemon/assignment/inventory-sync.ts';
import type { DeviceId, EndpointId, Epoch } from '../../../core/id.ts';
import type { CollectionTarget } from '../../../core/inventory/collection-target.ts';
import type { LoadedTargets } from '../../../service/store/inventory/inventory.ts';

const deviceId = '00000000-0000-7000-8000-000000000001' as DeviceId;
const endpointId = '00000000-0000-7000-8000-0000000000e1' as EndpointId;
const owner = { deviceId, endpointId };
const target = { ...owner, revision: 'a', epoch: 1 as Epoch } as CollectionTarget;
const refusal = { ...owner, deviceName: 'leaf-01', problem: 'its credential does not open' };
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
  expect(await sync.run()).toEqual({ collected: [owner], refused: [] });
  expect(await sync.run()).toEqual({ collected: [], refused: [refusal] });
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

test('a device has one worker for all its endpoints, and counts once', async () => {
  const placed: string[] = [];
  const holder = (worker: string) => ({
    assign: (one: CollectionTarget) => placed.push(`${worker} ${one.deviceName} ${one.protocol}`),
    unassign: (id: EndpointId) => placed.push(`${worker} without ${id}`),
  });
  const one = (deviceName: string, id: string) =>
    ({
      deviceName,
      deviceId: deviceName as DeviceId,
      endpointId: id as EndpointId,
      protocol: 'gnmi',
      revision: 'a',
      epoch: 1 as Epoch,
    }) as CollectionTarget;
  const first = [one('leaf-01', 'e1'), one('leaf-02', 'e2')];
  const answers = [first, [...first, one('leaf-01', 'e3'), one('leaf-01', 'e4')], [first[1]!]];
  const sync = new InventorySync({
    load: async () => ({ targets: answers.shift()!, refused: [] }),
    holders: [holder('a'), holder('b')],
    refused: () => {},
  });
  for (const devices of [2, 2, 1]) {
    await sync.run();
    expect(sync.devices).toBe(devices);
  }
  expect(placed).toEqual([
    'a leaf-01 gnmi',
    'b leaf-02 gnmi',
    'a leaf-01 gnmi',
    'a leaf-01 gnmi',
    'a without e1',
    'a without e3',
    'a without e4',
  ]);
});
