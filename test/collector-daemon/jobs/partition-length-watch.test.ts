import { expect, test } from 'vitest';
import { EventLog } from '../../../collector-daemon/reporting/event-log.ts';
import { watchPartitionLength } from '../../../collector-daemon/jobs/partition-length-watch.ts';
import { NodeMetrics } from '../../../collector-daemon/metrics.ts';
import { createPlainEngine } from '../../../service/store/storage/engine-plain.ts';
import type { NewEvent } from '../../../service/store/operating/event.ts';
import { writeFixedMinutes } from '../../../service/store/partition/partition-length-setting.ts';
import { testDatabase } from '../../support/database.ts';

const noon = Date.UTC(2026, 10, 21, 12);

test('a change of length is an event, once, and the metric follows', async () => {
  await using db = await testDatabase();
  const clock = { nowMs: () => noon };
  const seen: NewEvent[] = [];
  const metrics = new NodeMetrics();
  const watch = await watchPartitionLength({
    engine: createPlainEngine(db.pool),
    clock,
    node: 'collector-1',
    events: new EventLog(clock, (event) => seen.push(event)),
    metrics,
  });
  const shown = async () =>
    /^nocturne_partition_seconds (\d+)$/m.exec(await metrics.registry.metrics())?.[1];
  expect(await shown()).toBe('86400');
  await watch.revise();
  expect(seen).toEqual([]);
  await writeFixedMinutes(db.pool, { minutes: 120, actor: 'ada' });
  await watch.revise();
  await watch.revise();
  expect(await shown()).toBe('7200');
  expect(seen).toEqual([
    {
      timeMs: noon,
      kind: 'storage.partition-length',
      severity: 'info',
      subject: 'collector-1',
      detail: 'partitions of samples are 2 h long from now on, before 24 h: an admin has set it so',
    },
  ]);
});
