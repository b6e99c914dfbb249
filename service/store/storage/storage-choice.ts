/**
 * Which engine keeps a database's samples: chosen once, when storage is first made, and recorded, so that it never flips
 * because an extension came, went or changed its licence.
 */
import type { Pool } from 'pg';
import { NocturneError, sentenceOf } from '../../../core/errors.ts';
import { isUnreachable } from '../connection/database-error.ts';
import { createPlainEngine } from './engine-plain.ts';
import { createTimescaleEngine } from './engine-timescale.ts';
import type { Queryable } from '../connection/queryable.ts';
import { readSetting, writeSetting } from '../operating/setting.ts';
import type { StorageEngine } from './storage-engine.ts';
import { lockStorage } from './storage-lock.ts';
import {
  checkNewTimescale,
  checkTimescale,
  type Decision,
  decideStorage,
  lateWish,
  notCreated,
  type StorageChoice,
  storageChoiceSchema,
  timescaleTrouble,
} from './storage-decision.ts';
import { dropPlainTables, probeStorage } from './storage-probe.ts';
import { transaction } from '../connection/transaction.ts';

const key = 'storage';

export interface OpenedStorage {
  readonly engine: StorageEngine;
  /** For the program's log: what was chosen now, which wish came too late, what is known to fail; null where nothing. */
  readonly told: string | null;
}

/**
 * The recorded engine, else the one that fits; makes what storage lacks. `wanted` counts only for the first time; later
 * it changes nothing, and that is told.
 * @throws STARTUP_FAILED when the database no longer has, or not in a usable version, what was chosen or is wanted
 */
export async function openStorage(
  pool: Pool,
  wanted?: StorageEngine['name'],
): Promise<OpenedStorage> {
  const { choice, told } = await transaction(pool, async (client) => {
    await lockStorage(client);
    const recorded = await readChoice(client);
    if (recorded === null) return choose(client, wanted);
    const told = [lateWish(recorded, wanted), await troubleOf(client, recorded)];
    return { choice: recorded, told: told.filter((one) => one !== null).join('; ') || null };
  });
  const engine = engineOf(pool, choice);
  await engine.createStorage();
  return { engine, told };
}

async function readChoice(db: Queryable): Promise<StorageChoice | null> {
  const recorded = await readSetting(db, key);
  if (recorded === undefined) return null;
  const choice = storageChoiceSchema.parse(recorded);
  checkTimescale(choice, await probeStorage(db));
  return choice;
}

async function choose(db: Queryable, wanted: StorageEngine['name'] | undefined): Promise<Decision> {
  const found = await probeStorage(db);
  if (decideStorage(found, wanted).choice.engine === 'timescale') {
    if (found.version === null) await createExtension(db);
    if (found.plainTables === 'empty') await dropPlainTables(db);
  }
  // Looked at again: version and edition are known once the extension is there.
  const facts = await probeStorage(db);
  const decided = decideStorage(facts, wanted);
  checkNewTimescale(decided.choice, facts);
  await writeSetting(db, { key, value: decided.choice, actor: 'nocturne' });
  return decided;
}

async function troubleOf(db: Queryable, { engine }: StorageChoice): Promise<string | null> {
  return engine === 'plain' ? null : timescaleTrouble(await probeStorage(db));
}

async function createExtension(db: Queryable): Promise<void> {
  try {
    await db.query('create extension timescaledb');
  } catch (error) {
    if (isUnreachable(error)) throw error;
    throw notCreated(sentenceOf(error));
  }
}

/** A sentence where the engine wanted is not the one recorded; null where it is, or nothing is wanted or recorded. */
export async function readLateWish(
  db: Queryable,
  wanted: StorageEngine['name'] | undefined,
): Promise<string | null> {
  const recorded = await readSetting(db, key);
  return recorded === undefined ? null : lateWish(storageChoiceSchema.parse(recorded), wanted);
}

/**
 * The engine of a database that was migrated; asks for nothing a program may not do.
 * @throws SCHEMA_TOO_OLD when storage was never made
 */
export async function recordedEngine(pool: Pool): Promise<StorageEngine> {
  const choice = await readChoice(pool);
  if (choice !== null) return engineOf(pool, choice);
  throw new NocturneError(
    'SCHEMA_TOO_OLD',
    'the database has no storage yet: run "nocturne migrate"',
  );
}

function engineOf(pool: Pool, { engine, rollupsBy }: StorageChoice): StorageEngine {
  if (engine === 'plain') return createPlainEngine(pool);
  return createTimescaleEngine(pool, rollupsBy === 'database' ? 'community' : 'apache');
}
