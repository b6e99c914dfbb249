/** What /metrics says of the threads of a node and of what they measure themselves. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { collectedProtocols } from '../core/inventory/protocol.ts';
import type { WorkerMeasures } from './ingest-worker/measures.ts';

export class WorkerMetrics {
  readonly #received: Counter<'protocol'>;
  readonly #batchSeconds: Histogram<'result'>;
  readonly #loopDelay: Histogram<'thread'>;
  readonly #stalls: Counter<'worker'>;

  /** @param ages ms since each worker was last heard, by its place */
  constructor(registry: Registry, ages: () => ReadonlyMap<number, number>) {
    const registers = [registry];
    this.#received = new Counter({
      name: 'nocturne_samples_received_total',
      help: 'Leaves received in updates, by the protocol of the session',
      labelNames: ['protocol'],
      registers,
    });
    for (const protocol of collectedProtocols) this.#received.inc({ protocol }, 0);
    this.#batchSeconds = new Histogram({
      name: 'nocturne_batch_seconds',
      help: 'How long storing a batch took, by how it ended; a batch that fails is tried again',
      labelNames: ['result'],
      buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300],
      registers,
    });
    this.#loopDelay = new Histogram({
      name: 'nocturne_event_loop_delay_seconds',
      help: 'How late timers ran at worst in each second, by thread (main, or worker and its place)',
      labelNames: ['thread'],
      buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
      registers,
    });
    this.#stalls = new Counter({
      name: 'nocturne_worker_stalls_total',
      help: 'How often an ingest worker did not report for 5 s',
      labelNames: ['worker'],
      registers,
    });
    const age: Gauge<'worker'> = new Gauge({
      name: 'nocturne_worker_report_age_seconds',
      help: 'How long ago an ingest worker last reported; they do so each second',
      labelNames: ['worker'],
      registers,
      collect() {
        age.reset();
        for (const [slot, ageMs] of ages()) age.set({ worker: slot }, ageMs / 1_000);
      },
    });
  }

  measured(slot: number, { received, batches, loopDelayMs }: WorkerMeasures): void {
    for (const [protocol, count] of Object.entries(received))
      this.#received.inc({ protocol }, count);
    for (const { seconds, failed } of batches) {
      this.#batchSeconds.observe({ result: failed ? 'failed' : 'ok' }, seconds);
    }
    this.#loopDelay.observe({ thread: `worker-${slot}` }, loopDelayMs / 1_000);
    // A worker that never stalled is a zero, not a missing line.
    this.#stalls.inc({ worker: slot }, 0);
  }

  mainDelay(delayMs: number): void {
    this.#loopDelay.observe({ thread: 'main' }, delayMs / 1_000);
  }

  stalled(slot: number): void {
    this.#stalls.inc({ worker: slot });
  }
}
