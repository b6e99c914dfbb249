/** What the status bar shows, from the reports of the collectors: nothing here is remembered past its report. */
import type { Status } from '../../core/contract/system.ts';
import { type Clock, pause, type Timers } from '../../core/time.ts';
import type { FeedSubscriber } from './feed-subscriber.ts';

export interface LiveStatusOptions {
  readonly cluster: string;
  readonly feed: FeedSubscriber;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly database: () => Status['database'];
}

const everyMs = 1_000;

export function readStatus({ cluster, feed, clock, database }: LiveStatusOptions): Status {
  const reports = feed.reports();
  const sum = (pick: (report: (typeof reports)[number]['report']) => number) =>
    reports.reduce((total, { report }) => total + pick(report), 0);
  const lags = reports.flatMap(({ report, transitMs }) =>
    report.lagMs === null ? [] : [report.lagMs + transitMs],
  );
  return {
    asOfMs: clock.nowMs(),
    cluster,
    database: database(),
    feeds: { connected: reports.length, expected: feed.expected },
    samplesPerSecond: sum(({ samplesPerSecond }) => samplesPerSecond),
    lagMs: lags.length === 0 ? null : Math.max(...lags),
    lostFrames: feed.lostFrames,
    devices: { total: sum(({ devices }) => devices), streaming: sum(({ streaming }) => streaming) },
  };
}

/** The status now and about once a second, until the signal is aborted. */
export async function* watchStatus(
  options: LiveStatusOptions,
  signal: AbortSignal,
): AsyncGenerator<Status> {
  while (!signal.aborted) {
    yield readStatus(options);
    await pause(options.timers, everyMs, signal);
  }
}
