/**
 * One collector works for a database at a time, until ownership is shared out device by device: the turn is a session
 * lock in the database. It ends with the connection; then it is asked for again, and a collector that finds another one
 * at work has to stop. Each take-over raises the epoch under which is collected.
 */
import { Client } from 'pg';
import type { Epoch } from '../../core/id.ts';
import { pause, type Timers } from '../../core/time.ts';
import { isUnreachable } from '../../service/store/connection/database-error.ts';
import { connectionConfig } from '../../service/store/connection/pool.ts';
import { enterTurn } from '../../service/store/operating/collector-turn.ts';

export interface TurnOptions {
  readonly databaseUrl: string;
  readonly node: string;
  readonly incarnation: number;
  readonly timers: Timers;
  /** Aborted while waiting: the wait ends with the signal's reason. */
  readonly signal: AbortSignal;
  /** Told once, when another collector has the turn. */
  readonly onWaiting: () => void;
  /** The turn was lost and another collector has it now. */
  readonly onLost: () => void;
}

export interface CollectorTurn extends AsyncDisposable {
  /** Another one where the turn was lost, taken by others, and got back. */
  readonly epoch: Epoch;
}

const retryMs = 1_000;
const lock = `select pg_try_advisory_lock(hashtext('nocturne_collector')) as got`;

/** Waits for the turn; disposing gives it back. @throws the signal's reason when aborted, or what the database said */
export async function takeCollectorTurn(options: TurnOptions): Promise<CollectorTurn> {
  const ended = new AbortController();
  let turn = await tryTurn(options);
  if (turn === null) options.onWaiting();
  while (turn === null) {
    await pause(options.timers, retryMs, options.signal);
    options.signal.throwIfAborted();
    turn = await retryTurn(options);
  }
  const held: Held = { ...turn, regaining: Promise.resolve() };
  watch(held, options, ended.signal);
  return {
    get epoch() {
      return held.epoch;
    },
    async [Symbol.asyncDispose]() {
      ended.abort();
      await held.regaining;
      await held.client.end().catch(() => {});
    },
  };
}

interface Turn {
  client: Client;
  epoch: Epoch;
}

interface Held extends Turn {
  /** Settled unless the turn was lost and is being asked for again. */
  regaining: Promise<void>;
}

/** A standby outlives the database's absence. */
async function retryTurn(options: TurnOptions): Promise<Turn | null> {
  try {
    return await tryTurn(options);
  } catch (error) {
    if (isUnreachable(error)) return null;
    throw error;
  }
}

/** A connection that holds the lock, or null where another holds it. */
async function tryTurn(options: TurnOptions): Promise<Turn | null> {
  const { databaseUrl, node } = options;
  const client = new Client(
    connectionConfig(databaseUrl, {
      applicationName: `nocturne ${node} turn`,
      statementTimeoutMs: 0,
    }),
  );
  // Without a listener a broken connection would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ got: boolean }>(lock);
    if (rows[0]?.got === true) return { client, epoch: await enterTurn(client, options) };
    await client.end();
    return null;
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

function watch(held: Held, options: TurnOptions, ended: AbortSignal): void {
  held.client.once('end', () => {
    held.regaining = regain(held, options, ended);
  });
}

async function regain(held: Held, options: TurnOptions, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    try {
      const turn = await tryTurn(options);
      if (turn === null) return options.onLost();
      Object.assign(held, turn);
      return watch(held, options, ended);
    } catch {
      // The database is away; so is everybody else's turn.
      await pause(options.timers, retryMs, ended);
    }
  }
}
