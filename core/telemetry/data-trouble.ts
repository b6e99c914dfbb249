/**
 * Troubles with the data of a device: whatever keeps it from being stored just as it was sent. Who sees one says so here,
 * once a sighting; who listens counts, and tells it with the device and the path.
 */

/** In the order of the data's way; a new kind is a line here and whatever stops compiling then. */
export const dataTroubleKinds = [
  /** The notification names another target than the one that was asked. */
  'foreign-target',
  /** A value that no decoder knew. */
  'undecodable',
  /** Entries of a list that nothing tells apart. */
  'ambiguous-keys',
  /** Outside of the subscribed paths. */
  'filtered',
  /** Beyond the series that a device may have. */
  'over-limit',
  /** The device's stamp was refused; the time of receipt stands in its place. */
  'clock-fault',
  /** The device's clock was set; what follows is compared with nothing before it. */
  'clock-step',
  /** A number that is none, or is infinite. */
  'not-finite',
  /** A row that cannot be stored; it lies in quarantine. */
  'refused-row',
] as const;

export type DataTroubleKind = (typeof dataTroubleKinds)[number];

export interface DataTrouble {
  readonly kind: DataTroubleKind;
  /** Canonical text; null where it concerns no path, or all. */
  readonly path: string | null;
  /** Samples, or notifications where no sample is concerned; at least 1. */
  readonly count: number;
  /** ms since the epoch by our own clock: when it was received. */
  readonly atMs: number;
  /** What the device said, for people to read. */
  readonly value?: string;
}

export interface TroubleListener {
  /** Cheap, and never throws: it is called for each sample concerned. */
  noticed(trouble: DataTrouble): void;
}
