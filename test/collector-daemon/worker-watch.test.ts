import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { WorkerWatch } from '../../collector-daemon/worker-watch.ts';
import type { NewEvent } from '../../service/store/operating/event.ts';
import { ManualTime } from '../support/manual-time.ts';

function watched() {
  const time = new ManualTime(0);
  const registry = new Registry();
  const told: Omit<NewEvent, 'timeMs'>[] = [];
  const watch = new WorkerWatch({
    node: 'col-a',
    registry,
    events: { record: (event) => told.push(event) },
    timers: time,
    ticksMs: () => time.nowMs(),
  });
  /** Second by second; those in the list report. */
  const goOn = (seconds: number, reporting: readonly number[]) => {
    for (let second = 0; second < seconds; second += 1) {
      time.advance(1_000);
      for (const slot of reporting) watch.reported(slot);
      watch.look();
    }
  };
  return { time, registry, told, watch, goOn };
}

describe('an ingest worker', () => {
  test('that does not report for some seconds is told once, and when it does again', async () => {
    const { told, goOn, registry } = watched();
    goOn(10, [0, 1]);
    expect(told).toEqual([]);
    goOn(20, [0]);
    expect(told).toEqual([
      {
        kind: 'worker',
        severity: 'warning',
        subject: 'col-a',
        detail:
          'ingest worker 1 has not reported for 6 s: it is busy or stuck, and what its devices send waits',
      },
    ]);
    const page = await registry.metrics();
    expect(page).toContain('nocturne_worker_stalls_total{worker="1"} 1');
    expect(page).toContain('nocturne_worker_report_age_seconds{worker="1"} 20');
    expect(page).toContain('nocturne_worker_report_age_seconds{worker="0"} 0');
    goOn(1, [0, 1]);
    expect(told[1]).toMatchObject({
      severity: 'info',
      detail: 'ingest worker 1 reports again, after 21 s',
    });
    goOn(10, [0, 1]);
    expect(told).toHaveLength(2);
  });

  test('that has died is not called stuck, nor one that nobody could hear', () => {
    const { time, told, watch, goOn } = watched();
    goOn(3, [0, 1]);
    watch.died(1);
    goOn(20, [0]);
    // The whole process stood still.
    time.advance(60_000);
    watch.look();
    goOn(2, []);
    watch.reported(0);
    goOn(5, [0]);
    expect(told).toEqual([]);
  });
});

test('what workers measure stands in the metrics', async () => {
  const { registry, watch, goOn } = watched();
  goOn(1, [0]);
  watch.measured(0, {
    received: { gnmi: 1_200 },
    batches: [
      { seconds: 0.25, failed: false },
      { seconds: 4, failed: true },
    ],
    loopDelayMs: 45,
  });
  watch.measured(0, { received: {}, batches: [], loopDelayMs: 0 });
  const page = await registry.metrics();
  for (const line of [
    'nocturne_samples_received_total{protocol="gnmi"} 1200',
    'nocturne_batch_seconds_bucket{le="0.3",result="ok"} 1',
    'nocturne_batch_seconds_bucket{le="0.1",result="ok"} 0',
    'nocturne_batch_seconds_sum{result="failed"} 4',
    'nocturne_event_loop_delay_seconds_count{thread="worker-0"} 2',
    'nocturne_event_loop_delay_seconds_bucket{le="0.03",thread="worker-0"} 1',
    'nocturne_event_loop_delay_seconds_count{thread="main"} 1',
    'nocturne_worker_stalls_total{worker="0"} 0',
  ]) {
    expect(page).toContain(line);
  }
});
