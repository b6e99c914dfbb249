/**
 * One collector works for a database at a time, until ownership is shared out device by device: the turn is a session
 * lock in the database. It ends with the connection; then it is asked for again, and a collector that finds another one
 * at work has to stop. Each take-over raises the epoch under which is collected.
 *
 * Neither side trusts a connection that only looks alive. The holder asks for a sign of life every two seconds and gives
 * up a connection that does not answer; a standby that finds the holder's node silent ends its connections, so that a
 * process that hangs, or a machine that has gone without a word, does not keep the turn.
 */
import type { Socket } from 'node:net';
import { Client } from 'pg';
import type { Epoch } from '../../core/id.ts';
import { pause, type Timers } from '../../core/time.ts';
import { isUnreachable } from '../../service/store/connection/database-error.ts';
import { connectionConfig, noticeLostClient } from '../../service/store/connection/pool.ts';
import {
  askForTurn,
  endSilentHolder,
  enterTurn,
  isOwnTurn,
} from '../../service/store/operating/collector-turn.ts';

export interface TurnOptions {
  readonly databaseUrl: string;
  readonly node: string;
  readonly incarnation: number;
  readonly timers: Timers;
  /** Aborted while waiting: the wait ends with the signal's reason. */
  readonly signal: AbortSignal;
  /** Told once, when another collector has the turn. */
  readonly onWaiting: () => void;
  /** A holder that gave no sign of life has been ended; told once, though it may come back and be ended again. */
  readonly onSilentHolder?: (node: string) => void;
  /** The turn was lost and another collector has it now. */
  readonly onLost: () => void;
}

export interface CollectorTurn extends AsyncDisposable {
  /** Another one where the turn was lost, taken by others, and got back. */
  readonly epoch: Epoch;
}

const retryMs = 1_000;
const lookEveryMs = 2_000;
/** A database that answers no `select 1` for so long is gone, or will be ended by others. */
const answerMs = 5_000;

/** Waits for the turn; disposing gives it back. @throws the signal's reason when aborted, or what the database said */
export async function takeCollectorTurn(options: TurnOptions): Promise<CollectorTurn> {
  const ended = new AbortController();
  let turn = await tryTurn(options);
  if (turn === null) options.onWaiting();
  const told = new Set<string>();
  const tellOnce = (node: string) => {
    if (!told.has(node)) options.onSilentHolder?.(node);
    told.add(node);
  };
  while (turn === null) {
    await pause(options.timers, retryMs, options.signal);
    options.signal.throwIfAborted();
    turn = await retryTurn({ ...options, onSilentHolder: tellOnce });
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
  const answer = await askOnce(options);
  return answer === 'still-ours' ? null : answer;
}

/** `still-ours`: a connection of this collector's that has not ended yet, for the server has not noticed. */
async function askOnce(options: TurnOptions): Promise<Turn | 'still-ours' | null> {
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
    await noticeLostClient(client);
    if (await askForTurn(client)) return { client, epoch: await enterTurn(client, options) };
    const ours = await isOwnTurn(client, options);
    const silent = ours ? null : await endSilentHolder(client);
    if (silent !== null) options.onSilentHolder?.(silent);
    await client.end();
    return ours ? 'still-ours' : null;
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

function watch(held: Held, options: TurnOptions, ended: AbortSignal): void {
  const { client } = held;
  const gone = new AbortController();
  client.once('end', () => {
    gone.abort();
    held.regaining = regain(held, options, ended);
  });
  void askForLife(client, options, AbortSignal.any([gone.signal, ended]));
}

/** Until the connection has ended; ends it where it does not answer. */
async function askForLife(
  client: Client,
  { timers }: TurnOptions,
  over: AbortSignal,
): Promise<void> {
  for (;;) {
    await pause(timers, lookEveryMs, over);
    if (over.aborted) return;
    const cancel = timers.after(answerMs, () => destroy(client));
    await client.query('select 1').catch(() => destroy(client));
    cancel();
  }
}

/** At once: an orderly end waits for the other side. */
function destroy(client: Client): void {
  const { connection } = client as unknown as { connection: { stream: Socket } };
  connection.stream.destroy();
}

async function regain(held: Held, options: TurnOptions, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    try {
      const turn = await askOnce(options);
      if (turn === null) return options.onLost();
      if (turn !== 'still-ours') {
        Object.assign(held, turn);
        return watch(held, options, ended);
      }
      await pause(options.timers, retryMs, ended);
    } catch {
      // The database is away; so is everybody else's turn.
      await pause(options.timers, retryMs, ended);
    }
  }
}
