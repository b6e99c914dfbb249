/** Old texts: their chunks go, but the newest text of each series stays. */
import type { Pool } from 'pg';
import { queryOne, type Queryable } from '../connection/queryable.ts';
import { transaction } from '../connection/transaction.ts';
import { listChunks, lockChunks } from './chunk-drop.ts';
import {
  dropChunks,
  intervalOf,
  openChunk,
  readChunkLength,
  setChunkInterval,
  setChunkLength,
} from './hypertable.ts';
import { lockStorage } from './storage-lock.ts';
import { type Patience, tryAgain } from './try-again.ts';

const dayMs = 86_400_000;
/** As SQL. Longer than any history; the chunk is cut off where the next one begins. */
const tailInterval = `interval '20 years'`;

/**
 * Drops old chunks of texts, but carries the newest text of each series over: a port that has been up for a year must
 * still be up. What is carried lies in one chunk, the tail, which is made anew at every drop.
 */
export function dropTextChunks(
  pool: Pool,
  cutMs: number,
  patience: Patience = {},
): Promise<string[]> {
  const drop = async (client: Queryable) => {
    // The length of chunks is changed for a moment, and must not be revised meanwhile.
    await lockStorage(client);
    const border = await findBorder(client, cutMs);
    if (border === null) return [];
    const old = (await listChunks(client, 'sample_text')).filter(
      ({ toMs }) => toMs <= border.getTime(),
    );
    await lockChunks(client, old);
    await client.query(
      `create temporary table carried on commit drop as
       select distinct on (series_id) * from sample_text where time < $1::timestamptz
       order by series_id, time desc`,
      [border],
    );
    const dropped = await dropChunks(client, 'sample_text', border.getTime());
    // The tail must end here, rather than swallow what is written later.
    await openChunk(client, 'sample_text', border.getTime());
    const lengthMs = await readChunkLength(client, 'sample_text');
    await setChunkInterval(client, 'sample_text', tailInterval);
    await client.query(
      'insert into sample_text (time, series_id, value) select time, series_id, value from carried',
    );
    await setChunkLength(client, 'sample_text', lengthMs);
    return dropped;
  };
  return tryAgain(() => transaction(pool, drop, { maxTries: 1 }), patience);
}

/** The end of the newest chunk that may go; null where there is none but the tail, which is longer than any other. */
async function findBorder(db: Queryable, cutMs: number): Promise<Date | null> {
  const longestMs = Math.max(dayMs, await readChunkLength(db, 'sample_text'));
  const { border, anew } = await queryOne<{ border: number | null; anew: boolean | null }>(
    db,
    `select max(range_end) as border, bool_or(range_end - range_start <= ${intervalOf(longestMs)}) as anew
     from timescaledb_information.chunks
     where hypertable_name = 'sample_text' and range_end <= $1`,
    [new Date(cutMs)],
  );
  return border === null || anew !== true ? null : new Date(border);
}
