/** A series: one leaf of one device, keys included. Its kind and unit never change; a change starts a new series. */
import type { DeviceId } from '../id.ts';
import type { Unit } from './unit.ts';

export const seriesKinds = ['counter', 'gauge', 'state'] as const;
export type SeriesKind = (typeof seriesKinds)[number];

/**
 * A series as a worker knows it before the database has given it an id. `ref` is unique within one
 * (node, incarnation, worker) and dense from 0, so columns hold it as uint32.
 */
export interface SeriesDefinition {
  readonly ref: number;
  readonly deviceId: DeviceId;
  /** Canonical text, keys included. */
  readonly path: string;
  /** Path without keys. */
  readonly metric: string;
  /** `element/key` to value. */
  readonly keys: Readonly<Record<string, string>>;
  readonly kind: SeriesKind;
  readonly unit: Unit;
}
