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
  /** Nothing comes of a subscribed path; what comes instead, under paths of its own, is stored. */
  'answered-elsewhere',
  /** Nothing comes of a subscribed path, while values come that may belong to it or not. */
  'unanswered',
  /** Beyond the series that a device may have. */
  'over-limit',
  /** The device's clock is wrong; the time of receipt, or one without its error, stands in the stamp's place. */
  'clock-fault',
  /** The device's clock was set; what follows is newer than all before it, whatever its stamp. */
  'clock-step',
  /** A number that is none, or is infinite. */
  'not-finite',
  /** A row that cannot be stored; it lies in quarantine. */
  'refused-row',
  /** The queue in front of the database was full. */
  'queue-full',
  /** In a batch that the database refuses as a whole. */
  'refused-batch',
  /** Still waiting for the database when the collector had to end. */
  'left-behind',
  /** In flight when an ingest worker died. */
  'worker-crash',
] as const;

export type DataTroubleKind = (typeof dataTroubleKinds)[number];

export interface DataTrouble {
  readonly kind: DataTroubleKind;
  /** Canonical text; null where it concerns no path, or all. */
  readonly path: string | null;
  /** Samples, or notifications where no sample is concerned; 0: it is still as it was. */
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

export interface TroubleNature {
  /** `info` where nothing is lost that anybody asked for. */
  readonly severity: 'info' | 'warning' | 'error';
  /** Samples are lost one by one: they leave a gap of their path. What is lost together is noted where that happens. */
  readonly leavesGap: boolean;
  /** What is counted, after a number: one, and several. */
  readonly noun: readonly [one: string, several: string];
  /** What became of them. */
  readonly fate: string;
  /** What to do. */
  readonly advice: string;
}

export const troubleNatures: Readonly<Record<DataTroubleKind, TroubleNature>> = {
  'foreign-target': {
    severity: 'warning',
    leavesGap: false,
    noun: ['notification for another target', 'notifications for another target'],
    fate: 'not stored',
    advice: 'name the target of this device, so that a proxy sends nothing of others',
  },
  undecodable: {
    severity: 'warning',
    leavesGap: true,
    noun: ['value that cannot be read', 'values that cannot be read'],
    fate: 'not stored',
    advice: 'see whether the device offers these paths in another encoding, or unsubscribe them',
  },
  'ambiguous-keys': {
    severity: 'warning',
    leavesGap: true,
    noun: ['list entry that nothing tells apart', 'list entries that nothing tells apart'],
    fate: 'not stored',
    advice: 'subscribe to the list below its keys, or in PROTO',
  },
  filtered: {
    severity: 'info',
    leavesGap: false,
    noun: ['value that nobody subscribed to', 'values that nobody subscribed to'],
    fate: 'not stored',
    advice: 'nothing, unless they are wanted: then subscribe to their paths',
  },
  'answered-elsewhere': {
    severity: 'info',
    leavesGap: false,
    noun: [
      'value that comes under another path than was subscribed',
      'values that come under other paths than were subscribed',
    ],
    fate: 'stored as they come',
    advice: 'subscribe to the paths that the device answers under',
  },
  unanswered: {
    severity: 'warning',
    leavesGap: false,
    noun: [
      'value that nobody subscribed to, while a subscribed path is not answered',
      'values that nobody subscribed to, while a subscribed path is not answered',
    ],
    fate: 'not stored',
    advice: 'where these are what was asked for, subscribe to their paths',
  },
  'over-limit': {
    severity: 'error',
    leavesGap: true,
    noun: ['sample beyond the series limit', 'samples beyond the series limit'],
    fate: 'not stored',
    advice: 'subscribe to less, or to paths whose keys do not come and go',
  },
  'clock-fault': {
    severity: 'warning',
    leavesGap: false,
    noun: ['refused time stamp', 'refused time stamps'],
    fate: 'stored with a time put right',
    advice: "set the device's clock (NTP)",
  },
  'clock-step': {
    severity: 'warning',
    leavesGap: false,
    noun: ["step of the device's clock", "steps of the device's clock"],
    fate: 'what came after it is newer, whatever it says',
    advice: "have the device's clock slewed, not stepped (NTP)",
  },
  'not-finite': {
    severity: 'warning',
    leavesGap: true,
    noun: ['number that is not finite', 'numbers that are not finite'],
    fate: 'kept in quarantine',
    advice: 'a sensor without a reading often says so; see the quarantine',
  },
  'refused-row': {
    severity: 'warning',
    leavesGap: true,
    noun: ['value that cannot be stored', 'values that cannot be stored'],
    fate: 'kept in quarantine',
    advice: 'see the quarantine for the reasons',
  },
  'queue-full': {
    severity: 'error',
    leavesGap: false,
    noun: ['sample dropped from the full queue', 'samples dropped from the full queue'],
    fate: 'lost',
    advice: 'the database takes less than the devices send: see `nocturne doctor`',
  },
  'refused-batch': {
    severity: 'error',
    leavesGap: false,
    noun: ['sample in a refused batch', 'samples in refused batches'],
    fate: 'lost',
    advice: "see the events of the collector for the database's words",
  },
  'left-behind': {
    severity: 'error',
    leavesGap: false,
    noun: [
      'sample still waiting when the collector ended',
      'samples still waiting when the collector ended',
    ],
    fate: 'lost',
    advice: 'stop a collector while the database takes what it stores',
  },
  'worker-crash': {
    severity: 'error',
    leavesGap: false,
    noun: ['crash of the ingest worker', 'crashes of the ingest worker'],
    fate: 'what was not stored yet is lost',
    advice: "see the collector's log",
  },
};

/** Reasons of gaps of single samples, which say nothing of the device's other paths. */
export const sampleGapReasons: readonly string[] = dataTroubleKinds.filter(
  (kind) => troubleNatures[kind].leavesGap,
);

export function isTroubleKind(text: string): text is DataTroubleKind {
  return Object.hasOwn(troubleNatures, text);
}

/** `12,000 values that cannot be read`. */
export function troubleCountText(kind: DataTroubleKind, count: number): string {
  const [one, several] = troubleNatures[kind].noun;
  return `${count.toLocaleString('en')} ${count === 1 ? one : several}`;
}
