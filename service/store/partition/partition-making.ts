/**
 * Makes native partitions ahead of time. One that cannot be made holds up no other: rows of its time lie in the default
 * partition, where they are found all the same.
 */
import type { Pool } from 'pg';
import {
  cutOf,
  dayMs,
  endsAtHeld,
  heldTable,
  largeDefault,
  listPartitions,
  lockTimeout,
  partitionName,
} from './partition.ts';
import { missingSpans, type TimeSpan } from './partition-plan.ts';
import { queryOne } from '../connection/queryable.ts';
import type { TimeTable } from '../storage/storage-tables.ts';
import { transaction } from '../connection/transaction.ts';
import { tryEach } from '../storage/try-each.ts';

/** So many days after today are ready at least; a program that is off for a weekend is covered. */
const daysAhead = 3;
/** Short partitions are many, and every plan has to look at each. */
const daysAheadOfShort = 1;
/** Rows that one statement takes out of the default partition: readers wait about a second meanwhile. */
const maxMoved = 200_000;
const minuteMs = 60_000;

interface Job {
  readonly pool: Pool;
  readonly table: TimeTable;
  readonly nowMs: number;
}

/**
 * Makes the partition before this one, this one, and those ahead, as far as others do not cover that time; answers the
 * names made now.
 * @param lengthMs where it differs from the table's own
 * @throws the first problem, once all that can be made is there
 */
export async function makePartitions(
  pool: Pool,
  table: TimeTable,
  nowMs: number,
  lengthMs = table.partitionDays * dayMs,
): Promise<string[]> {
  const wanted = wantedSpan(table, nowMs, lengthMs);
  const there = await listPartitions(pool, table.name);
  const spans = quietestFirst(missingSpans(there, wanted, lengthMs), nowMs);
  const job = { pool, table, nowMs };
  const make = (span: TimeSpan) =>
    makeAsFarAsPossible(job, span).catch((error: unknown) => {
      throw largeDefault(table, heldTable(table, error));
    });
  return tryEach(spans, make, endsAtHeld);
}

function wantedSpan(table: TimeTable, nowMs: number, lengthMs: number): TimeSpan {
  const tableMs = table.partitionDays * dayMs;
  const days = lengthMs < tableMs ? daysAheadOfShort : daysAhead;
  const present = cutOf(table, nowMs);
  const ahead = Math.ceil(days / table.partitionDays);
  return { fromMs: present - tableMs, toMs: present + (ahead + 1) * tableMs };
}

/** What has not begun has no rows to move, and is what keeps the default partition from growing; the past can wait. */
function quietestFirst(spans: readonly TimeSpan[], nowMs: number): TimeSpan[] {
  const ahead = spans.filter(({ fromMs }) => fromMs > nowMs);
  const begun = spans.filter(({ fromMs }) => fromMs <= nowMs);
  return [...ahead, ...begun.toReversed()];
}

/**
 * Moving very many rows would lock readers out until the statement is cancelled, and do so again at every try. They stay
 * where they are; a partition takes what comes from the next minute on.
 * @throws where rows stay
 */
async function makeAsFarAsPossible(job: Job, span: TimeSpan): Promise<string[]> {
  if (!(await isCrowded(job, span))) return makePartition(job, span);
  const rest = { ...span, fromMs: (Math.floor(job.nowMs / minuteMs) + 1) * minuteMs };
  const open = rest.fromMs > span.fromMs && rest.fromMs < rest.toMs;
  if (open && !(await isCrowded(job, rest))) await makePartition(job, rest);
  const [from, to] = [span.fromMs, span.toMs].map((ms) => new Date(ms).toISOString());
  throw new Error(
    `${job.table.name}_default holds more than ${maxMoved.toLocaleString('en')} rows of ${from} to ${to}, too many to move at once: they can be read there, and go with their retention`,
  );
}

/**
 * Counted before anything is locked. Attaching looks through the default partition, too, with readers locked out: one in
 * which that takes long must show here.
 */
async function isCrowded({ pool, table }: Job, span: TimeSpan): Promise<boolean> {
  const { crowded } = await transaction(pool, async (client) => {
    await client.query(
      `set local statement_timeout = '5s'; set local max_parallel_workers_per_gather = 0`,
    );
    return queryOne<{ crowded: boolean }>(
      client,
      `select count(*) > ${maxMoved} as crowded from (
         select from ${table.name}_default
         where ${table.timeColumn} >= $1 and ${table.timeColumn} < $2 limit ${maxMoved + 1}) as found`,
      [new Date(span.fromMs), new Date(span.toMs)],
    );
  });
  return crowded;
}

/**
 * Made aside and attached, which locks out neither readers nor writers of other partitions for long. Rows of that time
 * that were put into the default partition meanwhile move along. No name when another node was faster.
 */
function makePartition({ pool, table }: Job, span: TimeSpan): Promise<string[]> {
  const name = partitionName(table.name, span);
  const from = `'${new Date(span.fromMs).toISOString()}'::timestamptz`;
  const to = `'${new Date(span.toMs).toISOString()}'::timestamptz`;
  const column = table.timeColumn;
  return transaction(pool, async (client) => {
    await client.query(`select pg_advisory_xact_lock(hashtext('nocturne_partitions'))`);
    const there = await listPartitions(client, table.name);
    if (there.some(({ fromMs, toMs }) => fromMs < span.toMs && span.fromMs < toMs)) return [];
    await client.query(
      `create table ${name} (like ${table.name} including defaults including constraints)`,
    );
    await client.query(lockTimeout);
    await client.query(`set local statement_timeout = '15s'`);
    await client.query(`lock table ${table.name}_default in access exclusive mode`);
    await client.query(
      `with moved as
         (delete from ${table.name}_default where ${column} >= ${from} and ${column} < ${to} returning *)
       insert into ${name} select * from moved`,
    );
    await client.query(
      `alter table ${table.name} attach partition ${name} for values from (${from}) to (${to})`,
    );
    return [name];
  });
}
