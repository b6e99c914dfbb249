/**
 * Who says how long partitions of samples are. An admin's own setting wins; then what somebody has set in the database
 * itself, which only a hypertable can have; then what was measured; then the length that storage begins with.
 */
import { z } from 'zod';
import { partitionMinutes, type PartitionMinutes } from '../../../core/contract/system.ts';
import type { Queryable } from '../connection/queryable.ts';
import { readSetting, writeSetting } from '../operating/setting.ts';

const fixedKey = 'partition-length';
const revisedKey = 'partition-length-revised';

const fixedSchema = z.object({ minutes: z.literal(partitionMinutes).nullable() });
const revisedSchema = z.object({ lengthMs: z.int().positive(), revisedAtMs: z.number() });

/** What the program itself has set last, and when. */
export type RevisedLength = z.output<typeof revisedSchema>;

/** Null where an admin leaves it to the rate, or what is set is no length. */
export async function readFixedMinutes(db: Queryable): Promise<PartitionMinutes | null> {
  return fixedSchema.safeParse(await readSetting(db, fixedKey)).data?.minutes ?? null;
}

/** Takes effect with the next run of the storage job. `null` leaves it to the rate again. */
export async function writeFixedMinutes(
  db: Queryable,
  { minutes, actor }: { minutes: PartitionMinutes | null; actor: string },
): Promise<void> {
  await writeSetting(db, { key: fixedKey, value: { minutes }, actor });
}

/** Null where it never was. */
export async function readRevisedLength(db: Queryable): Promise<RevisedLength | null> {
  return revisedSchema.safeParse(await readSetting(db, revisedKey)).data ?? null;
}

export async function writeRevisedLength(db: Queryable, value: RevisedLength): Promise<void> {
  await writeSetting(db, { key: revisedKey, value, actor: 'nocturne' });
}
