/** Operations on the storage: sizes and retention. */
import type { PartitionMinutes } from '../../core/contract/system.ts';
import { NocturneError } from '../../core/errors.ts';
import { writeAudit } from '../store/people/audit.ts';
import { allowedLengths, partitionsOf } from '../store/partition/partition-length.ts';
import {
  readFixedMinutes,
  writeFixedMinutes,
} from '../store/partition/partition-length-setting.ts';
import { readRetention, writeRetention } from '../store/storage/retention-settings.ts';
import { recordedEngine } from '../store/storage/storage-choice.ts';
import { lockStorage } from '../store/storage/storage-lock.ts';
import { transaction } from '../store/connection/transaction.ts';
import { actorName } from './actor-name.ts';
import { gated } from './gate.ts';

export const storageOperations = {
  storage: gated.system.storage.handler(async ({ context }) => {
    const { pool } = context.services;
    const engine = await recordedEngine(pool);
    const [tables, retention, { lengthMs, chosenBy }] = await Promise.all([
      engine.sizes(),
      readRetention(pool),
      engine.partitionLength(),
    ]);
    const partitionLength = { minutes: lengthMs / 60_000, chosenBy };
    return { engine: engine.name, tables, retention, partitionLength };
  }),
  setRetention: gated.system.setRetention.handler(({ context, input }) => {
    const actor = actorName(context.actor);
    return transaction(
      context.services.pool,
      async (db) => {
        await lockStorage(db);
        const before = await readRetention(db);
        const given = Object.fromEntries(
          Object.entries(input).filter(([, days]) => days !== undefined),
        );
        const after = await writeRetention(db, { retention: { ...before, ...given }, actor });
        checkLength(await readFixedMinutes(db), after.rawDays);
        await writeAudit(db, {
          actor,
          operation: 'system.setRetention',
          subjectKind: 'setting',
          subjectId: 'retention',
          before,
          after,
        });
        return after;
      },
      { actor },
    );
  }),
  setPartitionLength: gated.system.setPartitionLength.handler(({ context, input }) => {
    const actor = actorName(context.actor);
    return transaction(
      context.services.pool,
      async (db) => {
        // Each of the two settings is checked against the other.
        await lockStorage(db);
        checkLength(input.minutes, (await readRetention(db)).rawDays);
        const before = await readFixedMinutes(db);
        await writeFixedMinutes(db, { minutes: input.minutes, actor });
        await writeAudit(db, {
          actor,
          operation: 'system.setPartitionLength',
          subjectKind: 'setting',
          subjectId: 'partition-length',
          before: { minutes: before },
          after: input,
        });
        return input;
      },
      { actor },
    );
  }),
};

/** @throws INPUT_INVALID for more partitions than one statement should lock */
function checkLength(minutes: PartitionMinutes | null, rawDays: number): void {
  const shortest = allowedLengths(rawDays)[0]! / 60_000;
  if (minutes === null || minutes >= shortest) return;
  const many = partitionsOf(rawDays, minutes * 60_000).toLocaleString('en');
  throw new NocturneError(
    'INPUT_INVALID',
    `partitions of ${minutes} minutes would be ${many} where raw samples are kept for ${rawDays} days: choose partitions of ${shortest} minutes or more, or keep raw samples for a shorter time`,
  );
}
