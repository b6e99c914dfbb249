/** A node's row in the database: that it lives, where its feed is, what it does; and that it has stopped, at its end. */
import { hostname } from 'node:os';
import { systemTimers } from '../core/time.ts';
import { RepeatedJob } from '../service/repeat.ts';
import { databaseSentence } from '../service/store/connection/database-error.ts';
import type { DatabasePool } from '../service/store/connection/pool.ts';
import { upsertJobStates } from '../service/store/operating/job-state.ts';
import { markNodeStopped, reportNode } from '../service/store/operating/node.ts';
import type { NodeName } from '../core/id.ts';
import type { Collector } from './collector.ts';
import type { Environment } from './config.ts';
import type { JobBoard } from './jobs/job-board.ts';
import { feedAddress } from './feed-address.ts';
import { version } from './version.ts';

export interface HeartbeatOptions {
  readonly node: NodeName;
  readonly incarnation: number;
  readonly startedAtMs: number;
  readonly environment: Environment;
  readonly pool: DatabasePool;
  readonly board: JobBoard;
  /** Null while the node has none, or none yet. */
  readonly collector: () => Collector | null;
  /** A sentence for the program's log. */
  readonly problem: (sentence: string) => void;
  /** It is over. */
  readonly recovered: (sentence: string) => void;
  /** A younger node has the name. */
  readonly succeeded: () => void;
}

/** See `claimName`, which waits for them. */
const everyMs = 2_000;

export function startHeartbeat(options: HeartbeatOptions): AsyncDisposable {
  const { node, incarnation, pool, problem, recovered } = options;
  const parts = new AsyncDisposableStack();
  parts.defer(() =>
    markNodeStopped(pool, node, incarnation).catch((error: unknown) =>
      problem(databaseSentence(error)),
    ),
  );
  parts.use(
    new RepeatedJob({
      everyMs,
      timers: systemTimers,
      run: options.board.watch('heartbeat', async () => {
        if (!(await report(options))) options.succeeded();
      }),
      trouble: (error) =>
        error === null
          ? recovered('heartbeat: going on')
          : problem(`heartbeat: ${databaseSentence(error)}`),
    }),
  );
  return parts;
}

async function report({
  node,
  incarnation,
  startedAtMs,
  environment,
  pool,
  board,
  ...rest
}: HeartbeatOptions): Promise<boolean> {
  const collector = rest.collector();
  const facts = collector?.facts();
  const ours = await reportNode(pool, {
    name: node,
    role: environment.NODE_ROLE,
    version,
    incarnation,
    startedAtMs,
    feedAddress:
      collector === null ? null : feedAddress(environment, collector.feedPort, hostname()),
    devices: facts?.devices ?? 0,
    samplesPerSecond: facts?.samplesPerSecond ?? 0,
    samplesDropped: facts?.samplesDropped ?? 0,
    queuedBatches: facts?.queuedBatches ?? 0,
  });
  await board.flush((states) => upsertJobStates(pool, node, states));
  return ours;
}
