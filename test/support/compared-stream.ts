/** A stream through the normaliser and through the model: what they differ in. */
import type { Normaliser } from '../../collector-daemon/normalise/normaliser.ts';
import { zeroNormaliseCounters } from '../../collector-daemon/normalise/normalise-counters.ts';
import { SeriesRegistry } from '../../collector-daemon/normalise/series-registry.ts';
import type { DeviceId } from '../../core/id.ts';
import type { UpdateNotification } from '../../core/telemetry/notification.ts';
import { type Event, pathOf, type Said, StreamModel } from './stream-model.ts';

export type NormaliserClass = typeof Normaliser;

class Stored {
  readonly rows: string[] = [];
  readonly ends = new Set<string>();
  readonly #registry: SeriesRegistry;

  constructor(registry: SeriesRegistry) {
    this.#registry = registry;
  }

  number(row: { series: number; timeUs: number; value: number; delta: number; spanMs: number }) {
    const delta = row.spanMs > 0 ? `${row.delta}/${row.spanMs}` : '';
    this.rows.push(`${this.#at(row.series, row.timeUs)} ${row.value} ${delta}`);
  }

  text(series: number, timeUs: number, value: string): void {
    this.rows.push(`${this.#at(series, timeUs)} ${value} `);
  }

  end(series: number, timeUs: number, withdrawn: boolean): void {
    if (withdrawn) this.ends.delete(this.#at(series, timeUs));
    else this.ends.add(this.#at(series, timeUs));
  }

  #at(series: number, timeUs: number): string {
    return `${this.#registry.definition(series).path} ${(timeUs / 1_000).toFixed(3)}`;
  }
}

function notificationOf(said: Said): UpdateNotification {
  return {
    kind: 'update',
    timestampNs: said.stampMs === null ? 0n : BigInt(said.stampMs) * 1_000_000n,
    receivedAtMs: said.receivedMs,
    atomicUnder: said.atomicUnder === null ? null : pathOf(said.atomicUnder),
    deletes: said.deletes.map((path) => pathOf(path)),
    updates: Object.entries(said.values).map(([path, value]) => ({
      path: pathOf(path),
      value:
        typeof value === 'string'
          ? { kind: 'text', value }
          : { kind: 'uint', value: BigInt(value) },
      duplicates: 0,
    })),
    undecodable: 0,
  };
}

/** Null where there is no difference. */
export function difference(
  made: NormaliserClass,
  events: readonly Event[],
  fired: Map<string, number> = new Map(),
): { expected: object; found: object } | null {
  const registry = new SeriesRegistry();
  const sides = [0, 1].map((device) => {
    const stored = new Stored(registry);
    const normaliser = new made({
      deviceId: `0198a000-0000-7000-8000-00000000000${device}` as DeviceId,
      registry,
      writer: stored,
      counters: zeroNormaliseCounters(),
    });
    return { stored, normaliser, model: new StreamModel() };
  });
  for (const event of events) {
    const { normaliser, model } = sides[event.device]!;
    model.take(event);
    if (event.kind === 'said') normaliser.accept(notificationOf(event));
    else if (event.kind === 'gap')
      normaliser.accept({ kind: 'gap', receivedAtMs: 0, reason: 'it ended' });
    else normaliser.sweep(event.receivedMs, () => true);
  }
  for (const { model } of sides) {
    for (const [rule, times] of model.fired) fired.set(rule, (fired.get(rule) ?? 0) + times);
  }
  const sorted = (side: { rows: string[]; ends: Set<string> }) => [
    side.rows.toSorted(),
    [...side.ends].toSorted(),
  ];
  const expected = sides.map(({ model }) => sorted(model));
  const found = sides.map(({ stored }) => sorted(stored));
  return JSON.stringify(expected) === JSON.stringify(found) ? null : { expected, found };
}
