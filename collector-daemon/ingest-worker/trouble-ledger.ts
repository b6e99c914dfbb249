/**
 * Counts the troubles with the data of one worker's devices until the main thread takes them: per device and kind how
 * many, from when to when, and a few paths for an example. Bounded, however many paths are concerned.
 */
import type { DeviceId } from '../../core/id.ts';
import type {
  DataTrouble,
  DataTroubleKind,
  TroubleListener,
} from '../../core/telemetry/data-trouble.ts';

export interface TroubleExample {
  /** Null where it concerns no path. */
  readonly path: string | null;
  /** The first that was said. */
  readonly value: string | null;
  readonly count: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

/** What was noticed of one kind at one device since the last time it was taken. */
export interface TroubleCount {
  readonly deviceId: DeviceId;
  readonly kind: DataTroubleKind;
  readonly count: number;
  /** By our own clock, ms since the epoch. */
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** Different ones, the first that were seen. */
  readonly examples: readonly TroubleExample[];
}

export interface LedgerLimits {
  readonly examplesAKind: number;
  /** Of all devices together. */
  readonly examples: number;
}

const usualLimits: LedgerLimits = { examplesAKind: 5, examples: 5_000 };
const maxTextLength = 200;

type Example = { -readonly [Field in keyof TroubleExample]: TroubleExample[Field] };

interface Entry {
  count: number;
  firstAtMs: number;
  lastAtMs: number;
  /** By the path; '' where there is none. */
  readonly examples: Map<string, Example>;
}

type Kinds = Map<DataTroubleKind, Entry>;

export class TroubleLedger {
  readonly #limits: LedgerLimits;
  #devices = new Map<DeviceId, Kinds>();
  #examples = 0;

  constructor(limits: LedgerLimits = usualLimits) {
    this.#limits = limits;
  }

  /** Takes what is noticed of one device. */
  of(deviceId: DeviceId): TroubleListener {
    return { noticed: (trouble) => this.#notice(deviceId, trouble) };
  }

  /** What was noticed since the last time. */
  take(): readonly TroubleCount[] {
    if (this.#devices.size === 0) return [];
    const taken = [...this.#devices].flatMap(([deviceId, kinds]) =>
      Array.from(kinds, ([kind, { examples, ...rest }]) => ({
        deviceId,
        kind,
        ...rest,
        examples: [...examples.values()],
      })),
    );
    this.#devices = new Map();
    this.#examples = 0;
    return taken;
  }

  #notice(deviceId: DeviceId, trouble: DataTrouble): void {
    const { kind, path, count, atMs } = trouble;
    const entry = this.#entry(deviceId, kind, atMs);
    grow(entry, count, atMs);
    const known = entry.examples.get(path ?? '');
    if (known !== undefined) grow(known, count, atMs);
    else if (this.#mayRemember(entry, trouble)) {
      entry.examples.set(path ?? '', exampleOf(trouble));
      this.#examples += 1;
    }
  }

  #mayRemember({ examples }: Entry, { path, value }: DataTrouble): boolean {
    if (path === null && value === undefined) return false;
    return examples.size < this.#limits.examplesAKind && this.#examples < this.#limits.examples;
  }

  #entry(deviceId: DeviceId, kind: DataTroubleKind, atMs: number): Entry {
    let kinds = this.#devices.get(deviceId);
    if (kinds === undefined) {
      kinds = new Map();
      this.#devices.set(deviceId, kinds);
    }
    let entry = kinds.get(kind);
    if (entry === undefined) {
      entry = { count: 0, firstAtMs: atMs, lastAtMs: atMs, examples: new Map() };
      kinds.set(kind, entry);
    }
    return entry;
  }
}

function grow(counted: Pick<Entry, 'count' | 'lastAtMs'>, count: number, atMs: number): void {
  counted.count += count;
  if (atMs > counted.lastAtMs) counted.lastAtMs = atMs;
}

function exampleOf({ path, value, count, atMs }: DataTrouble): Example {
  const text = value?.slice(0, maxTextLength) ?? null;
  return { path, value: text, count, firstAtMs: atMs, lastAtMs: atMs };
}
