/** This machine as a device: every tick reads the real counters, and leaves come and go with what is there to read. */
import { hostname } from 'node:os';
import type { LeafValue } from '../../core/telemetry/value.ts';
import { LeafSet, pathOf } from '../models/leaf-set.ts';
import type { DeviceModel, ModelChange, ModelLeaf } from '../target/device-model.ts';
import type { Timer } from '../timer.ts';
import { hostLeaves, hostPaths } from './host-leaves.ts';
import type { HostReader, HostReading } from './host-reading.ts';
import { linuxReader } from './linux-reader.ts';
import { portableReader } from './portable-reader.ts';

/** Shares of time over less than this say more about the clock tick (10 ms) than about the processor. */
const shortestTickMs = 200;

export interface HostModelOptions {
  readonly reader: HostReader;
  readonly hostname: string;
  readonly startAtMs: number;
}

export class HostModel implements DeviceModel {
  readonly name: string;
  readonly knownPaths = hostPaths.map(pathOf);
  readonly #reader: HostReader;
  readonly #leaves = new LeafSet();
  readonly #values = new Map<string, LeafValue>();
  #previous: HostReading | null = null;
  #tickedAtMs: number;
  #bootedAtMs: number | null = null;

  constructor(options: HostModelOptions) {
    this.name = options.hostname;
    this.#reader = options.reader;
    this.#tickedAtMs = options.startAtMs;
    this.#read();
  }

  get tickedAtMs(): number {
    return this.#tickedAtMs;
  }

  leaves(): Iterable<ModelLeaf> {
    return this.#leaves.leaves();
  }

  tick(nowMs: number): void {
    if (nowMs < this.#tickedAtMs + shortestTickMs) return;
    this.#tickedAtMs = nowMs;
    this.#read();
    this.#leaves.announce();
  }

  onChange(listener: (change: ModelChange) => void): Disposable {
    return this.#leaves.onChange(listener);
  }

  #read(): void {
    const reading = this.#reader.read();
    // Worked out once: the difference of two clocks would come out a little different every time.
    this.#bootedAtMs ??= bootTimeOf(reading, this.#tickedAtMs);
    const leaves = hostLeaves({
      hostname: this.name,
      bootedAtMs: this.#bootedAtMs,
      reading,
      previous: this.#previous,
    });
    this.#previous = reading;
    const gone = new Set(this.#values.keys());
    for (const { path, value, traits } of leaves) {
      gone.delete(path);
      this.#values.set(path, value);
      this.#leaves.add(path, () => this.#values.get(path) ?? value, traits);
    }
    for (const path of gone) {
      this.#values.delete(path);
      this.#leaves.remove(path);
    }
  }
}

function bootTimeOf(reading: HostReading, nowMs: number): number | null {
  if (reading.uptimeSeconds === null) return null;
  return Math.round(nowMs / 1_000 - reading.uptimeSeconds) * 1_000;
}

/** Linux is read through /proc and /sys, any other system through what Node tells. */
export function startHostModel(timer: Timer): HostModel {
  const reader = process.platform === 'linux' ? linuxReader() : portableReader();
  return new HostModel({ reader, hostname: hostname(), startAtMs: timer.nowMs() });
}
