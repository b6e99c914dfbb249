/**
 * A read replica under watch. It is looked at over connections of its own, beside the reads, so that no read waits to
 * learn that it is gone:
 *
 *   unknown   not looked at yet
 *   current   a standby of our primary that is late by no more than tolerated: reads may go there
 *   lagging   later than that
 *   foreign   of another cluster, or it follows the primary no longer: its answers would be wrong
 *   gone      the last look, or a read, failed; left alone for a while
 *
 * Whoever reads looks at `open` first, and gives up waiting when it aborts.
 */
import { sentenceOf } from '../../../core/errors.ts';
import type { Clock, Timers } from '../../../core/time.ts';
import { RepeatedJob } from '../../repeat.ts';
import { databaseError, databaseLabel } from './database-error.ts';
import { createPool, type DatabasePool, type PoolOptions } from './pool.ts';
import { readReplayState, readReplicaLag } from './replica-lag.ts';
import { readServerIdentity, sameCluster, sameServer } from './server-identity.ts';

type Verdict =
  | { readonly state: 'current' | 'lagging'; readonly lagMs: number }
  | { readonly state: 'foreign' | 'gone'; readonly problem: string };
export type ReplicaState = { readonly state: 'unknown' } | Verdict;

export interface ReplicaOptions extends Pick<PoolOptions, 'applicationName' | 'size'> {
  readonly databaseUrl: string;
  readonly primaryUrl: string;
  /** A replica that is further behind is passed over. */
  readonly maxLagMs: number;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Told in a sentence where reads go, whenever that changes. */
  readonly told: (sentence: string) => void;
}

/** What a read has to know of a replica. */
export interface ReadReplica {
  readonly pool: DatabasePool;
  /** Null while reads must not go there; aborts when the replica is found gone. */
  readonly open: AbortSignal | null;
  /** A read could not reach it: nothing more is sent there until a later look goes well. */
  failed(error: unknown): void;
}

export interface Replica extends ReadReplica, AsyncDisposable {
  readonly state: ReplicaState;
  /** Looks now, rather than when it is due; never throws. */
  look(): Promise<ReplicaState>;
}

const lookEveryMs = 1_000;
const leaveAloneMs = 5_000;
/** Reads wait at most so long for a connection, looks so long for each answer. */
const patienceMs = 2_000;

/** Connects in the background. @throws CONFIG_INVALID when the address is none */
export function openReplica(options: ReplicaOptions): Replica {
  return new WatchedReplica(options);
}

class WatchedReplica implements Replica {
  readonly pool: DatabasePool;
  readonly #options: ReplicaOptions;
  readonly #label: string;
  readonly #own: DatabasePool;
  readonly #primary: DatabasePool;
  readonly #watch: RepeatedJob;
  #state: ReplicaState = { state: 'unknown' };
  #open: AbortController | null = null;
  #lookAgainMs = Number.NEGATIVE_INFINITY;
  #looking: Promise<ReplicaState> | null = null;

  constructor(options: ReplicaOptions) {
    const { databaseUrl, primaryUrl, applicationName, size, clock, timers } = options;
    this.#options = options;
    this.#label = databaseLabel(databaseUrl);
    const urlSetting = 'DATABASE_REPLICA_URL';
    this.pool = createPool(databaseUrl, {
      applicationName,
      urlSetting,
      ...(size === undefined ? {} : { size }),
      connectTimeoutMs: patienceMs,
    });
    const look = {
      applicationName: `${applicationName} look`,
      size: 1,
      connectTimeoutMs: patienceMs,
      statementTimeoutMs: patienceMs,
      answerGraceMs: 0,
    };
    this.#own = createPool(databaseUrl, { ...look, urlSetting });
    this.#primary = createPool(primaryUrl, look);
    this.#watch = new RepeatedJob({
      everyMs: lookEveryMs,
      timers,
      run: async () => {
        if (clock.nowMs() >= this.#lookAgainMs) await this.look();
      },
      trouble: () => {},
    });
  }

  get state(): ReplicaState {
    return this.#state;
  }

  get open(): AbortSignal | null {
    return this.#state.state === 'current' ? (this.#open?.signal ?? null) : null;
  }

  failed(error: unknown): void {
    if (this.#state.state !== 'gone') this.#enter(this.#gone(error));
  }

  look(): Promise<ReplicaState> {
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watch[Symbol.asyncDispose]();
    for (const pool of [this.pool, this.#own, this.#primary]) await pool[Symbol.asyncDispose]();
  }

  async #lookOnce(): Promise<ReplicaState> {
    const found = await this.#examine().catch((error: unknown) => this.#gone(error));
    this.#enter(found);
    // Reads that are on their way to a lost server would wait for its answer in vain.
    if (found.state === 'gone' || found.state === 'foreign') this.#open?.abort();
    return found;
  }

  async #examine(): Promise<Verdict> {
    const { maxLagMs } = this.#options;
    const { standby } = await readReplayState(this.#own);
    const known = this.#state.state === 'current' || this.#state.state === 'lagging';
    const problem = standby && known ? null : await this.#strangeness(standby);
    if (problem !== null) return { state: 'foreign', problem };
    const lagMs = standby ? await readReplicaLag(this.#own, this.#primary, maxLagMs) : 0;
    return { state: lagMs <= maxLagMs ? 'current' : 'lagging', lagMs };
  }

  /** Why its answers would be wrong; null when they are not, or when there is no primary to hold it against. */
  async #strangeness(standby: boolean): Promise<string | null> {
    const primary = await readServerIdentity(this.#primary).catch(() => null);
    if (primary === null) return null;
    const own = await readServerIdentity(this.#own);
    if (!sameCluster(own, primary)) return `the replica ${this.#label} is of another cluster`;
    if (standby || sameServer(own, primary)) return null;
    return `the replica ${this.#label} was promoted and follows the primary no longer`;
  }

  #gone(error: unknown): Verdict {
    const sentence = sentenceOf(databaseError(error, this.#options.databaseUrl));
    return { state: 'gone', problem: `the replica cannot be read: ${sentence}` };
  }

  #enter(next: Verdict): void {
    const before = this.#state.state;
    this.#state = next;
    if (next.state === 'gone') {
      this.#lookAgainMs = this.#options.clock.nowMs() + leaveAloneMs;
    }
    if (next.state === 'current' && (this.#open === null || this.#open.signal.aborted)) {
      this.#open = new AbortController();
    }
    if (before !== next.state) this.#options.told(this.#sentence(next));
  }

  #sentence(found: Verdict): string {
    if (found.state === 'current') return `queries go to the replica ${this.#label}`;
    const why = 'problem' in found ? found.problem : this.#lateness(found.lagMs);
    return `queries go to the primary: ${why}`;
  }

  #lateness(lagMs: number): string {
    const late = Number.isFinite(lagMs)
      ? `is ${(lagMs / 1_000).toFixed(1)} s behind`
      : 'has replayed nothing yet';
    return `the replica ${this.#label} ${late}`;
  }
}
