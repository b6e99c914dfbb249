/** Whatever a target does to its leaves, the store takes for living those that it has. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { zeroNormaliseCounters } from '../../../collector-daemon/normalise/normalise-counters.ts';
import { Normaliser } from '../../../collector-daemon/normalise/normaliser.ts';
import { SeriesRegistry } from '../../../collector-daemon/normalise/series-registry.ts';
import type { Notification } from '../../../core/telemetry/notification.ts';
import { isWithin } from '../../../core/telemetry/path.ts';
import type { SampleWriter } from '../../../core/telemetry/sample.ts';
import type { LeafValue } from '../../../core/telemetry/value.ts';
import { leafOne } from '../../support/collection.ts';
import { pathOf } from '../../support/paths.ts';
import { holds } from '../../support/property.ts';

type Update = Extract<Notification, { kind: 'update' }>;

const startMs = Date.UTC(2026, 10, 21, 12);

/** What `series_end` and the newest samples say, by ref. */
class StoreModel implements SampleWriter {
  readonly #newestUs = new Map<number, number>();
  readonly #ends = new Map<number, Set<number>>();

  number({ series, timeUs }: { series: number; timeUs: number }): void {
    this.#newestUs.set(series, Math.max(this.#newestUs.get(series) ?? -Infinity, timeUs));
  }

  text(series: number, timeUs: number): void {
    this.number({ series, timeUs });
  }

  end(series: number, timeUs: number, withdrawn: boolean): void {
    const ends = this.#ends.get(series) ?? new Set();
    if (withdrawn) ends.delete(timeUs);
    else ends.add(timeUs);
    this.#ends.set(series, ends);
  }

  /** By ref. */
  lives(): Map<number, { lastTimeUs: number; endsUs: number[] }> {
    return new Map(
      Array.from(this.#newestUs, ([series, lastTimeUs]) => {
        const ends = [...(this.#ends.get(series) ?? [])];
        return [series, { lastTimeUs, endsUs: ends.filter((endUs) => endUs > lastTimeUs) }];
      }),
    );
  }
}

const ports = ['e1', 'e2'];
const leaves = ports.flatMap((port) =>
  ['in-octets', 'mtu', 'oper-status'].map((leaf) => `/interface[name=${port}]/${leaf}`),
);
const containers = [
  '/',
  '/interface',
  '/interface[name=*]',
  ...ports.map((p) => `/interface[name=${p}]`),
];

const some = fc.subarray(leaves);
const step = fc.oneof(
  fc.record({ does: fc.constant('send' as const), paths: some }),
  fc.record({
    does: fc.constant('delete' as const),
    container: fc.constantFrom(...containers, ...leaves),
    paths: some,
  }),
  fc.record({
    does: fc.constant('replace' as const),
    container: fc.constantFrom(...containers),
    paths: some,
  }),
  /** Sends what is left before the sync, or late after it, or when it was taken for gone, with times of before. */
  fc.record({
    does: fc.constant('reconnect' as const),
    gone: some,
    late: some,
    tooLate: some,
    /** By a new session, which knows nothing; perhaps after one to which the target sent nothing at all. */
    restarts: fc.constantFrom('no', 'once', 'after silence'),
  }),
);

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

interface Sent {
  readonly ms: number;
  readonly value: LeafValue;
}

/** A target, a collector, and the store behind it. */
class Scene {
  readonly store = new StoreModel();
  readonly registry = new SeriesRegistry();
  readonly has = new Map<string, Sent>();
  nowMs = startMs;
  #count = 0n;
  #normaliser = this.#start();

  play(one: Step): void {
    switch (one.does) {
      case 'send':
        return this.#send(one.paths, {});
      case 'delete':
        this.#lose(one.container);
        return this.#send(one.paths, { deletes: [pathOf(one.container)] });
      case 'replace': {
        const container = pathOf(one.container);
        this.#lose(one.container);
        const within = one.paths.filter((path) => isWithin(container, pathOf(path)));
        return this.#send(within, { atomicUnder: container });
      }
      case 'reconnect':
        return this.#reconnect(one);
      default:
        one satisfies never;
    }
  }

  living(): string[] {
    const lives = [...this.store.lives()].filter(([, { endsUs }]) => endsUs.length === 0);
    return lives.map(([ref]) => this.registry.definition(ref).path);
  }

  #start(): Normaliser {
    return new Normaliser({
      deviceId: leafOne,
      registry: this.registry,
      writer: this.store,
      counters: zeroNormaliseCounters(),
    });
  }

  #restart(): void {
    this.#normaliser = this.#start();
    this.nowMs += 1_000;
  }

  #sweep(syncedAtMs: number): void {
    this.#normaliser.sweep(syncedAtMs, () => true);
    const stored = Array.from(this.store.lives(), ([ref, life]) => {
      const { path: key, kind, unit } = this.registry.definition(ref);
      return { key, path: pathOf(key), kind, unit, ...life };
    });
    this.#normaliser.sweepStored(stored, syncedAtMs);
  }

  #lose(container: string): void {
    for (const path of this.has.keys()) {
      if (isWithin(pathOf(container), pathOf(path))) this.has.delete(path);
    }
  }

  #send(paths: readonly string[], rest: Partial<Update>): void {
    this.#count += 1n;
    for (const path of paths) {
      const state = path.endsWith('status');
      const value: LeafValue = state
        ? { kind: 'text', value: 'UP' }
        : { kind: 'uint', value: this.#count };
      this.has.set(path, { ms: this.nowMs, value });
    }
    this.#notify(paths, this.nowMs, rest);
  }

  #reconnect({ gone, late, tooLate, restarts }: Extract<Step, { does: 'reconnect' }>): void {
    for (const path of gone) this.has.delete(path);
    if (restarts === 'after silence') {
      this.#restart();
      this.#sweep(this.nowMs);
    }
    if (restarts !== 'no') this.#restart();
    this.#normaliser.accept({ kind: 'gap', receivedAtMs: this.nowMs, reason: 'it ended' });
    // What an earlier session took for gone is only found where it is sent in time.
    const mayBeTooLate = restarts !== 'after silence';
    const left = Map.groupBy(this.has.keys(), (path) => {
      if (mayBeTooLate && tooLate.includes(path)) return 'too late';
      return late.includes(path) ? 'late' : 'in time';
    });
    const again = (when: 'in time' | 'late' | 'too late') => {
      for (const path of left.get(when) ?? []) this.#notify([path], this.has.get(path)!.ms, {});
    };
    again('in time');
    const syncedAtMs = this.nowMs;
    this.#normaliser.accept({ kind: 'sync', receivedAtMs: syncedAtMs, refused: [] });
    again('late');
    this.#sweep(syncedAtMs);
    again('too late');
  }

  #notify(paths: readonly string[], ms: number, rest: Partial<Update>): void {
    this.#normaliser.accept({
      kind: 'update',
      timestampNs: BigInt(ms) * 1_000_000n,
      receivedAtMs: this.nowMs,
      atomicUnder: null,
      deletes: [],
      updates: paths.map((path) => ({
        path: pathOf(path),
        value: this.has.get(path)!.value,
        duplicates: 0,
      })),
      undecodable: 0,
      ...rest,
    });
  }
}

test('in whatever order leaves come and go, and however many share one time', () => {
  const ticks = fc.array(fc.constantFrom(0, 0, 1, 7), { minLength: 20, maxLength: 20 });
  holds(
    [fc.array(step, { maxLength: 20 }), ticks],
    (steps, seconds) => {
      const scene = new Scene();
      for (const [at, one] of steps.entries()) {
        scene.nowMs += seconds[at]! * 1_000;
        scene.play(one);
        expect(scene.living().toSorted()).toEqual([...scene.has.keys()].toSorted());
      }
    },
    2_000,
  );
});
