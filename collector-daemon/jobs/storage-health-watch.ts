/**
 * Looks at the work in the background that storage depends on: gauges, an event when a trouble begins and when it is over,
 * and reasons for `/ready`. What is seen at two looks in a row is a trouble: one run may fail beside another.
 */
import { Gauge, type Registry } from 'prom-client';
import type { StorageEngine } from '../../service/store/storage/storage-engine.ts';
import {
  type StorageHealth,
  storageTroubles,
  type StorageTrouble,
} from '../../service/store/storage/storage-health.ts';
import type { EventLog } from '../reporting/event-log.ts';

export const healthEveryMs = 30_000;

export interface StorageHealthWatchOptions {
  readonly engine: Pick<StorageEngine, 'health'>;
  readonly node: string;
  readonly events: Pick<EventLog, 'record'>;
  readonly registry: Registry;
}

export class StorageHealthWatch {
  readonly #options: StorageHealthWatchOptions;
  #health: StorageHealth = { work: [], tiers: [] };
  #seen = new Map<string, StorageTrouble>();
  #told = new Map<string, StorageTrouble>();

  constructor(options: StorageHealthWatchOptions) {
    this.#options = options;
    showHealth(options.registry, () => this.#health);
  }

  /** One run of the job. */
  async look(): Promise<void> {
    this.#health = await this.#options.engine.health();
    const found = new Map(storageTroubles(this.#health).map((trouble) => [trouble.key, trouble]));
    const lasting = new Map([...found].filter(([key]) => this.#seen.has(key)));
    for (const [key, trouble] of lasting) if (!this.#told.has(key)) this.#began(trouble);
    for (const [key, trouble] of this.#told) if (!found.has(key)) this.#ended(trouble);
    this.#told = new Map([...found].filter(([key]) => lasting.has(key) || this.#told.has(key)));
    this.#seen = found;
  }

  /** Sentences, for `/ready`. */
  reasons(): readonly string[] {
    return [...this.#told.values()]
      .filter(({ costsRoomOnly }) => !costsRoomOnly)
      .map(({ sentence }) => sentence);
  }

  #began({ level, sentence }: StorageTrouble): void {
    this.#tell(level === 'problem' ? 'error' : 'warning', sentence);
  }

  #ended({ sentence }: StorageTrouble): void {
    this.#tell('info', `no longer so: ${sentence}`);
  }

  #tell(severity: 'info' | 'warning' | 'error', detail: string): void {
    const { events, node } = this.#options;
    events.record({ kind: 'storage.background', severity, subject: node, detail });
  }
}

function showHealth(registry: Registry, health: () => StorageHealth): void {
  const registers = [registry];
  const well: Gauge<'work' | 'by'> = new Gauge({
    name: 'nocturne_storage_work_well',
    help: '0 while work in the background fails, is paused, missing or overdue',
    labelNames: ['work', 'by'],
    registers,
    collect() {
      well.reset();
      for (const { name, by, state } of health().work) {
        well.set({ work: name, by }, state.kind === 'well' || state.kind === 'new' ? 1 : 0);
      }
    },
  });
  const age: Gauge<'work' | 'by'> = new Gauge({
    name: 'nocturne_storage_work_success_age_seconds',
    help: 'How long ago work in the background last went well; NaN where it never did',
    labelNames: ['work', 'by'],
    registers,
    collect() {
      age.reset();
      for (const { name, by, sinceSuccessMs } of health().work) {
        age.set({ work: name, by }, (sinceSuccessMs ?? Number.NaN) / 1_000);
      }
    },
  });
  const behind: Gauge<'table'> = new Gauge({
    name: 'nocturne_rollup_behind_seconds',
    help: 'How long ago the newest bucket ended that TimescaleDB has looked at; NaN where none was',
    labelNames: ['table'],
    registers,
    collect() {
      behind.reset();
      for (const { table, behindMs } of health().tiers) {
        behind.set({ table }, (behindMs ?? Number.NaN) / 1_000);
      }
    },
  });
}
