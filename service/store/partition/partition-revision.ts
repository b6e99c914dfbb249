/** Fits the length of partitions to the measured rate: the same for both engines but for where the length is kept. */
import type { Pool } from 'pg';
import { type PartitionMinutes, partitionMinutes } from '../../../core/contract/system.ts';
import {
  allowedLengths,
  fitsMemory,
  lengthText,
  openIndexBytes,
  reviseLength,
  whyNotShorter,
  type WriteLoad,
} from './partition-length.ts';
import {
  readFixedMinutes,
  readRevisedLength,
  writeRevisedLength,
} from './partition-length-setting.ts';
import type { Queryable } from '../connection/queryable.ts';
import { readRetention } from '../storage/retention-settings.ts';
import type { LengthChange, PartitionLength } from '../storage/storage-engine.ts';
import { lockStorage } from '../storage/storage-lock.ts';
import { transaction } from '../connection/transaction.ts';
import { readWriteLoad } from './write-load.ts';

/** Where an engine keeps the length. */
export interface LengthPlace {
  /** ms; what a new storage begins with. */
  readonly firstMs: number;
  /** ms; of what is made from now on. */
  read(db: Queryable): Promise<number>;
  write(db: Queryable, lengthMs: number): Promise<void>;
}

export async function readPartitionLength(
  db: Queryable,
  place: LengthPlace,
): Promise<PartitionLength> {
  const lengthMs = await place.read(db);
  if ((await readFixedMinutes(db)) !== null) return { lengthMs, chosenBy: 'admin' };
  const revised = await readRevisedLength(db);
  const own = lengthMs === (revised?.lengthMs ?? place.firstMs);
  return { lengthMs, chosenBy: own ? 'rate' : 'database' };
}

/** Null where it stays as it is. What exists already keeps its length. */
export function revisePartitionLength(
  pool: Pool,
  place: LengthPlace,
  nowMs: number,
): Promise<LengthChange | null> {
  return transaction(pool, async (client) => {
    await lockStorage(client);
    const { lengthMs, chosenBy } = await readPartitionLength(client, place);
    if (chosenBy === 'database') return null;
    const load = await readWriteLoad(client, nowMs);
    const fixed = await readFixedMinutes(client);
    const { rawDays } = await readRetention(client);
    const wantedMs =
      fixed === null
        ? reviseLength(load, {
            lengthMs,
            revisedAtMs: (await readRevisedLength(client))?.revisedAtMs ?? null,
            nowMs,
            rawDays,
          })
        : Math.max(fixed * 60_000, allowedLengths(rawDays)[0]!);
    if (wantedMs === lengthMs) return null;
    await place.write(client, wantedMs);
    await writeRevisedLength(client, { lengthMs: wantedMs, revisedAtMs: nowMs });
    const why = reasonOf(load, { fromMs: lengthMs, toMs: wantedMs, fixed, rawDays });
    const told = `partitions of samples are ${lengthText(wantedMs)} long from now on, before ${lengthText(lengthMs)}: ${why}`;
    return { fromMs: lengthMs, toMs: wantedMs, told };
  });
}

function reasonOf(
  load: WriteLoad,
  change: { fromMs: number; toMs: number; fixed: PartitionMinutes | null; rawDays: number },
): string {
  const { fromMs, toMs, fixed, rawDays } = change;
  const [shortest] = allowedLengths(rawDays);
  if (fixed !== null && fixed * 60_000 === toMs) return 'an admin has set it so';
  if (fixed !== null || fromMs < shortest!) return whyNotShorter(rawDays);
  const held = toMs === shortest && !fitsMemory(load, toMs) && toMs > partitionMinutes[0] * 60_000;
  return `${reasonOfRate(load, toMs)}${held ? `; ${whyNotShorter(rawDays)}` : ''}`;
}

function reasonOfRate(load: WriteLoad, lengthMs: number): string {
  const rate = Math.round(load.rowsPerSecond ?? 0).toLocaleString('en');
  const room = mebibytes(load.memoryBytes / 4);
  return `${rate} rows/s make indexes of ${mebibytes(openIndexBytes(load, lengthMs))} each, and a quarter of the server's memory is ${room}`;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20).toLocaleString('en')} MiB`;
}
