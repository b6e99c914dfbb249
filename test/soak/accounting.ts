/** Whether a node's own figures account for every sample it received. */
export interface Accounts {
  readonly received: number;
  /** Stored, unchanged, repeated, in quarantine, or dropped with a reason. */
  readonly settled: number;
}

const settledMetrics = [
  'nocturne_samples_stored_total',
  'nocturne_samples_unchanged_total',
  'nocturne_samples_repeated_total',
  'nocturne_samples_quarantined_total',
  'nocturne_samples_filtered_total',
  'nocturne_samples_dropped_total',
];

/** @param origin of the node, as `http://127.0.0.1:4000` */
export async function readAccounts(origin: string): Promise<Accounts> {
  const lines = (await (await fetch(`${origin}/metrics`)).text()).split('\n');
  const sum = (name: string) =>
    lines
      .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' '))), 0);
  return {
    received: sum('nocturne_samples_received_total'),
    settled: settledMetrics.reduce((total, name) => total + sum(name), 0),
  };
}
