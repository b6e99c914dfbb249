/** How long data is kept, in whole days; live: the storage job reads it at every run. */
import { z } from 'zod';
import { NocturneError } from '../../../core/errors.ts';
import type { Queryable } from '../connection/queryable.ts';
import { readSetting, writeSetting } from '../operating/setting.ts';

const key = 'retention';
const days = (least: number, byDefault: number) =>
  z.int().min(least).max(36_500).default(byDefault);

/** A coarser tier is recomputed from the finer one, so it is kept at least as long. */
export const retentionSchema = z
  .object({
    rawDays: days(2, 30),
    minuteDays: days(2, 180),
    hourDays: days(7, 730),
    dayDays: days(30, 3_650),
    eventDays: days(1, 90),
  })
  .refine(
    ({ rawDays, minuteDays, hourDays, dayDays }) =>
      rawDays <= minuteDays && minuteDays <= hourDays && hourDays <= dayDays,
    {
      error:
        'a coarser tier must be kept at least as long as the finer one: raw ≤ 1 minute ≤ 1 hour ≤ 1 day',
    },
  );

export type Retention = z.output<typeof retentionSchema>;

/**
 * The settings with their defaults.
 * @throws INPUT_INVALID when what stands in the database is none, rather than dropping data by a guess
 */
export async function readRetention(db: Queryable): Promise<Retention> {
  return parseRetention((await readSetting(db, key)) ?? {});
}

/** What is left out takes its default. @throws INPUT_INVALID */
export async function writeRetention(
  db: Queryable,
  { retention, actor }: { retention: z.input<typeof retentionSchema>; actor: string },
): Promise<Retention> {
  const value = parseRetention(retention);
  await writeSetting(db, { key, value, actor });
  return value;
}

function parseRetention(value: unknown): Retention {
  const parsed = retentionSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) =>
    [path.join('.'), message].filter((part) => part !== '').join(': '),
  );
  throw new NocturneError('INPUT_INVALID', `the retention is not valid: ${problems.join('; ')}`);
}
