/**
 * Stores one sealed batch in one transaction:
 *
 *   ledger row (there already → repeated) → fence (taken over → fenced) → ids of unknown series → COPY numbers → COPY texts → rollup marks →
 *   newest values → ends of series
 *
 * So a COMMIT whose answer was lost is repeated safely. Rows that cannot be stored go to quarantine with the reason, and
 * those the database refuses for their content are found by halves: rows in = rows stored + rows quarantined, always.
 */
import type { ClientBase } from 'pg';
import type { DeviceId, SeriesId } from '../../../core/id.ts';
import { rowCount, type SampleBatch } from '../../../core/telemetry/sample.ts';
import { copyAllGood, isContentError } from './bisect-copy.ts';
import { copyFromStdin, type CopyIn } from './copy-in.ts';
import {
  copyNumbersStatement,
  copyTextsStatement,
  encodeNumbers,
  encodeTexts,
} from './copy-encoder.ts';
import { errorCodeOf } from '../connection/database-error.ts';
import { fenceOff, holdTurn } from './fence.ts';
import { insertQuarantine, type RefusedValue } from './quarantine.ts';
import { planRows, type RowPlan } from './row-plan.ts';
import { insertMarks, touchedMinutes } from '../rollup/rollup-mark.ts';
import type { NewestValues } from './newest-values.ts';
import { upsertSeriesLast } from '../reading/series-last.ts';
import { resolveSeries } from '../reading/series.ts';
import { storeEnds } from './series-end.ts';
import { linkSuccessors } from './series-succession.ts';
import type { SeriesResolver } from './series-resolver.ts';

export interface BatchResult {
  /** `repeated`: the ledger had the key; the numbers are those of the first time. */
  readonly outcome: 'stored' | 'repeated';
  readonly rows: number;
  readonly quarantined: number;
  readonly newSeries: number;
  /** Samples that another collector has to store, which has taken over; part of neither number above. */
  readonly fenced: number;
  /** What went to quarantine; absent where it was repeated, or nothing did. */
  readonly refused?: readonly RefusedValue[];
}

export interface WriteOptions {
  /** Another door for COPY; default: the client's own connection. */
  readonly copyIn?: CopyIn;
  readonly maxTries?: number;
  /** Where the newest values go after the commit; default: into the batch's transaction. */
  readonly newest?: NewestValues;
}

/**
 * Writes the batch, begins and commits; tried again on deadlock or serialisation failure. Any other error leaves the
 * client outside a transaction (or broken) and the batch unstored; giving the same batch again is always safe.
 */
export async function writeBatch(
  client: ClientBase,
  batch: SampleBatch,
  resolver: SeriesResolver,
  options: WriteOptions = {},
): Promise<BatchResult> {
  resolver.learn(batch.introduces);
  const copyIn = options.copyIn ?? copyFromStdin(client);
  let bisect = false;
  for (let tries = 1; ; tries += 1) {
    try {
      return await writeOnce(client, batch, resolver, {
        copyIn,
        bisect,
        newest: options.newest,
      });
    } catch (error) {
      await client.query('rollback').catch(() => {});
      const content: boolean = isContentError(error) && !bisect;
      const repeatable = content || ['40P01', '40001'].includes(errorCodeOf(error));
      if (!repeatable || tries >= (options.maxTries ?? 5)) throw error;
      bisect ||= content;
    }
  }
}

interface WriteManner {
  readonly copyIn: CopyIn;
  /** The database has refused some row for its content: find which. */
  readonly bisect: boolean;
  readonly newest: NewestValues | undefined;
}

async function writeOnce(
  client: ClientBase,
  whole: SampleBatch,
  resolver: SeriesResolver,
  manner: WriteManner,
): Promise<BatchResult> {
  await client.query('begin');
  const earlier = await enterLedger(client, whole);
  if (earlier !== null) {
    await client.query('rollback');
    return { outcome: 'repeated', ...earlier, newSeries: 0, fenced: 0 };
  }
  const batch = fenceOff(whole, await holdTurn(client), deviceOf(resolver));
  const plan = planRows(batch, resolver);
  const fresh = await giveIds(client, plan, resolver);
  await copyRows(client, batch, plan, manner);
  await insertMarks(client, touchedMinutes(batch.numbers, plan.numberIds));
  const newest = plan.newest();
  const introduced = new Set(fresh.ids.values());
  await linkSuccessors(
    client,
    newest.filter(({ seriesId }) => introduced.has(seriesId)),
  );
  if (manner.newest === undefined) await upsertSeriesLast(client, newest);
  await storeEnds(client, batch.ends, plan.endIds);
  await insertQuarantine(client, batch.key.node, plan.refused);
  const rows = rowCount(batch) - plan.refused.length;
  await client.query(
    `update ingest_batch set rows = $5, quarantined = $6
     where node = $1 and incarnation = $2 and worker = $3 and sequence = $4`,
    [...keyOf(batch), rows, plan.refused.length],
  );
  await client.query('commit');
  resolver.remember(fresh.ids);
  manner.newest?.offer(newest);
  return {
    outcome: 'stored',
    rows,
    quarantined: plan.refused.length,
    newSeries: fresh.inserted,
    fenced: rowCount(whole) - rowCount(batch),
    ...(plan.refused.length > 0 ? { refused: plan.refused } : {}),
  };
}

/** Batches of a worker are given in the order they were sealed, so its refs are known. */
function deviceOf(resolver: SeriesResolver): (ref: number) => DeviceId {
  return (ref) => resolver.definitionOf(ref).deviceId;
}

async function copyRows(
  client: ClientBase,
  { numbers, texts }: SampleBatch,
  plan: RowPlan,
  { copyIn, bisect }: WriteManner,
): Promise<void> {
  const copyNumbers = (ids: Float64Array) =>
    copyIn(copyNumbersStatement, encodeNumbers(numbers, ids));
  const copyTexts = (ids: Float64Array) => copyIn(copyTextsStatement, encodeTexts(texts, ids));
  if (bisect) {
    plan.refuseNumbers(await copyAllGood(client, plan.numberIds, copyNumbers));
    plan.refuseTexts(await copyAllGood(client, plan.textIds, copyTexts));
    return;
  }
  if (plan.numberRows > 0) await copyNumbers(plan.numberIds);
  if (plan.textRows > 0) await copyTexts(plan.textIds);
}

function keyOf({ key }: SampleBatch): [string, number, number, number] {
  return [key.node, key.incarnation, key.worker, key.sequence];
}

/** Null when the key is new, else what was stored the first time. */
async function enterLedger(
  client: ClientBase,
  batch: SampleBatch,
): Promise<{ rows: number; quarantined: number } | null> {
  // Waits for a transaction that is still inserting the same key: the lost COMMIT may be on its way.
  const entered = await client.query(
    `insert into ingest_batch (node, incarnation, worker, sequence, rows)
     values ($1, $2, $3, $4, 0) on conflict do nothing`,
    keyOf(batch),
  );
  if (entered.rowCount === 1) return null;
  const { rows } = await client.query<{ rows: number; quarantined: number }>(
    `select rows, quarantined from ingest_batch
     where node = $1 and incarnation = $2 and worker = $3 and sequence = $4`,
    keyOf(batch),
  );
  return rows[0] ?? { rows: 0, quarantined: 0 };
}

async function giveIds(
  client: ClientBase,
  plan: RowPlan,
  resolver: SeriesResolver,
): Promise<{ ids: Map<number, SeriesId>; inserted: number }> {
  const ids = new Map<number, SeriesId>();
  if (plan.unknown.size === 0) return { ids, inserted: 0 };
  const refs = [...plan.unknown];
  const resolved = await resolveSeries(
    client,
    refs.map((ref) => resolver.definitionOf(ref)),
  );
  for (const [at, ref] of refs.entries()) ids.set(ref, resolved.ids[at]!);
  plan.assignIds(ids);
  return { ids, inserted: resolved.inserted };
}
