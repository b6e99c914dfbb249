import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { StorageHealthWatch } from '../../../collector-daemon/jobs/storage-health-watch.ts';
import type { BackgroundWork, WorkState } from '../../../service/store/storage/storage-health.ts';

const refresh = (state: WorkState): BackgroundWork => ({
  name: 'refresh of sample_1m',
  by: 'database',
  everyMs: 30_000,
  sinceSuccessMs: 90_000,
  state,
});
const columnstore = (state: WorkState): BackgroundWork => ({
  ...refresh(state),
  name: 'columnstore of sample',
});
const failing = { kind: 'failing', problem: 'no portal' } as const;

function watched() {
  const told: [severity: string, detail: string][] = [];
  const registry = new Registry();
  let work: BackgroundWork[] = [];
  const watch = new StorageHealthWatch({
    engine: {
      health: async () => ({
        work,
        tiers: [{ table: 'sample_1m', behindMs: 90_000, allowedMs: 1e6 }],
      }),
    },
    node: 'node-1',
    events: { record: ({ severity, detail }) => void told.push([severity, detail]) },
    registry,
  });
  const look = (...now: BackgroundWork[]) => {
    work = now;
    return watch.look();
  };
  return { watch, look, told, registry };
}

test('a trouble is told when it is seen twice, and again when it is over', async () => {
  const { watch, look, told } = watched();
  await look(refresh(failing));
  await look(refresh({ kind: 'well' }));
  await look(refresh(failing));
  expect(told).toEqual([]);
  expect(watch.reasons()).toEqual([]);
  await look(refresh(failing));
  await look({ ...refresh(failing), sinceSuccessMs: 120_000 });
  expect(told).toEqual([
    ['warning', expect.stringMatching(/^TimescaleDB's refresh of sample_1m fails: no portal/)],
  ]);
  expect(watch.reasons()).toEqual([
    expect.stringMatching(
      /^TimescaleDB's refresh of sample_1m fails: no portal \(last went well 2 min ago\)/,
    ),
  ]);
  await look(refresh({ kind: 'well' }));
  expect(told.slice(1)).toEqual([
    ['info', expect.stringMatching(/^no longer so: .*refresh of sample_1m fails/)],
  ]);
  expect(watch.reasons()).toEqual([]);
});

test('what costs nothing but room keeps no node from being ready, and is told all the same', async () => {
  const { watch, look, told } = watched();
  for (const _look of [1, 2]) await look(columnstore({ kind: 'paused', remedy: 'select 1' }));
  expect(told).toHaveLength(1);
  expect(watch.reasons()).toEqual([]);
});

test('the metrics say how each piece of work is doing', async () => {
  const { look, registry } = watched();
  await look(refresh(failing), columnstore({ kind: 'well' }));
  const metrics = await registry.metrics();
  expect(metrics).toContain(
    'nocturne_storage_work_well{work="refresh of sample_1m",by="database"} 0',
  );
  expect(metrics).toContain(
    'nocturne_storage_work_well{work="columnstore of sample",by="database"} 1',
  );
  expect(metrics).toContain(
    'nocturne_storage_work_success_age_seconds{work="refresh of sample_1m",by="database"} 90',
  );
  expect(metrics).toContain('nocturne_rollup_behind_seconds{table="sample_1m"} 90');
});
