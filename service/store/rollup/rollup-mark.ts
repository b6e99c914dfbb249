/**
 * Marks say which buckets of which series have samples that the rollups lack: one row a (tier, bucket, block of 256
 * series ids). They are written in the transaction that stores the samples and never changed, so a mark is visible
 * exactly when its samples are: whoever takes a mark, and reads afterwards, reads them. See docs/decisions/0007.
 */
import type { NumberColumns } from '../../../core/telemetry/sample.ts';
import type { Queryable } from '../connection/queryable.ts';
import type { TimeSpan } from '../partition/partition-plan.ts';
import type { RollupTier } from '../storage/storage-tables.ts';

/** Series ids a block; new series of a device get neighbouring ids, so a late device touches few blocks. */
export const blockSize = 256;

const minuteUs = 60_000_000;
/** A minute's number stays below 2^28 and a block's below 2^24. */
const blocks = 2 ** 24;

/** Minutes (since the epoch) and blocks touched by rows whose id is not 0, each pair once. */
export function touchedMinutes(
  numbers: NumberColumns,
  seriesIds: Float64Array,
): { minutes: number[]; blocks: number[] } {
  const touched = new Set<number>();
  for (let row = 0; row < seriesIds.length; row += 1) {
    const id = seriesIds[row]!;
    if (id === 0) continue;
    touched.add(Math.floor(numbers.timeUs[row]! / minuteUs) * blocks + Math.floor(id / blockSize));
  }
  const pairs = [...touched];
  return {
    minutes: pairs.map((pair) => Math.floor(pair / blocks)),
    blocks: pairs.map((pair) => pair - Math.floor(pair / blocks) * blocks),
  };
}

/** Leaves the marks of a batch; nothing where the database itself keeps the rollups. */
export async function insertMarks(
  db: Queryable,
  touched: ReturnType<typeof touchedMinutes>,
): Promise<void> {
  if (touched.minutes.length === 0) return;
  await db.query(
    `insert into rollup_mark (tier, bucket, block)
     select '1m', 'epoch'::timestamptz + minute * interval '1 minute', block
     from unnest($1::int[], $2::int[]) as touched (minute, block)
     where not exists
       (select from setting where key = 'storage' and value ->> 'rollupsBy' = 'database')`,
    [`{${touched.minutes.join(',')}}`, `{${touched.blocks.join(',')}}`],
  );
}

export interface Mark {
  readonly bucketMs: number;
  readonly block: number;
}

/** The buckets of the next tier that the marks lie in. */
export async function passMarks(
  db: Queryable,
  marks: readonly Mark[],
  next: RollupTier | undefined,
): Promise<void> {
  if (next === undefined) return;
  await db.query(
    `insert into rollup_mark (tier, bucket, block)
     select distinct $1, date_bin($2 * interval '1 ms', mark.bucket, 'epoch'), mark.block
     from unnest($3::timestamptz[], $4::int[]) as mark (bucket, block)`,
    [next.tier, next.bucketMs, ...markColumns(marks)],
  );
}

export function markColumns(marks: readonly Mark[]): [buckets: Date[], blocks: number[]] {
  return [marks.map(({ bucketMs }) => new Date(bucketMs)), marks.map(({ block }) => block)];
}

/** Where in the order of the queue to go on: after that bucket (Infinity: all there are) and block, towards older ones. */
export interface MarkPlace {
  readonly bucketMs: number;
  readonly block: number;
}

/** The place of the last of the marks taken; they come in any order. */
export function lastPlace(marks: readonly Mark[]): MarkPlace {
  return marks.reduce((last, mark) => (isOlder(mark, last) ? mark : last));
}

function isOlder(one: MarkPlace, other: MarkPlace): boolean {
  if (one.bucketMs !== other.bucketMs) return one.bucketMs < other.bucketMs;
  return one.block < other.block;
}

/** One look into the index; `above` are the parameters or columns of the place. */
const nextPlace = (above: string) => `select bucket, block from rollup_mark
  where tier = $1 and (bucket, block) < (${above}) order by bucket desc, block desc limit 1`;

/**
 * Takes at most `limit` buckets with all their marks, newest first so that what people look at is never behind a
 * backlog: closed ones, and open ones whose oldest mark has waited long enough.
 *
 * From place to place of the index, so that a piece costs the same however many marks wait and whatever the statistics
 * of a table say that is filled and emptied all the time. Marks that were taken are in the index until it is vacuumed:
 * who goes on does so `after` the last ones.
 */
export async function takeMarks(
  db: Queryable,
  tier: RollupTier,
  { nowMs, limit, after }: { nowMs: number; limit: number; after: MarkPlace },
): Promise<Mark[]> {
  const { rows } = await db.query<Mark>(
    `with recursive place as (
       (${nextPlace('$5::timestamptz, $6::int')})
       union all
       select older.* from place cross join lateral (${nextPlace('place.bucket, place.block')}) as older
     ), due as (
       select bucket, block from place where bucket <= $2 or (select min(marked_at) from rollup_mark mark
         where mark.tier = $1 and mark.bucket = place.bucket and mark.block = place.block) <= $3
       limit $4
     ), taken as (
       delete from rollup_mark mark using due
       where mark.tier = $1 and mark.bucket = due.bucket and mark.block = due.block
       returning mark.bucket, mark.block
     )
     select distinct bucket as "bucketMs", block from taken`,
    [
      tier.tier,
      new Date(nowMs - tier.bucketMs),
      new Date(nowMs - tier.patienceMs),
      limit,
      after.bucketMs === Infinity ? 'infinity' : new Date(after.bucketMs),
      after.block,
    ],
  );
  return rows;
}

/** Whether a bucket of the tier in the span is still to be computed. */
export async function hasMarks(
  db: Queryable,
  tier: RollupTier['tier'],
  { fromMs, toMs }: TimeSpan,
): Promise<boolean> {
  // In the order of the index: expecting to find one soon, the planner would look through the whole table for none.
  const { rowCount } = await db.query(
    `select from rollup_mark where tier = $1
       and bucket >= coalesce($2::timestamptz, '-infinity') and bucket < $3 order by bucket limit 1`,
    [tier, Number.isFinite(fromMs) ? new Date(fromMs) : null, new Date(toMs)],
  );
  return rowCount !== 0;
}
