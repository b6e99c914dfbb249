/** Decides which engine a database gets, from what it has and what is wanted. No I/O. */
import { z } from 'zod';
import { NocturneError } from '../../../core/errors.ts';
import { versionTrouble } from './version-pairs.ts';

export const storageChoiceSchema = z.object({
  engine: z.enum(['plain', 'timescale']),
  /** Who keeps the rollups up to date; `batch-writer` leaves marks for a job only. */
  rollupsBy: z.enum(['job', 'database']),
});
export type StorageChoice = z.output<typeof storageChoiceSchema>;

export interface StorageFacts {
  /** Of TimescaleDB in this database; null where the extension is not created. */
  readonly version: string | null;
  /** The server could create the extension. */
  readonly available: boolean;
  /** The Community edition's features may be used. */
  readonly community: boolean;
  readonly plainTables: 'none' | 'empty' | 'filled';
  /** `server_version_num` of PostgreSQL. */
  readonly server: number;
}

export interface Decision {
  readonly choice: StorageChoice;
  readonly told: string;
}

/** Where a wish comes from, for sentences. */
const setting = 'NOCTURNE_STORAGE';
const wish = (wanted: StorageChoice['engine']) => `${setting} asks for ${wanted}`;
const names: Readonly<Record<StorageChoice['engine'], string>> = {
  plain: 'plain PostgreSQL partitions',
  timescale: 'TimescaleDB',
};

/** A sentence where a wish comes too late; null where it is fulfilled, or there is none. */
export function lateWish(
  { engine }: StorageChoice,
  wanted: StorageChoice['engine'] | undefined,
): string | null {
  if (wanted === undefined || wanted === engine) return null;
  return `${wish(wanted)}, but this database keeps its samples in ${names[engine]}, which was settled when its storage was made and stays so: set ${setting} to ${engine} or auto, or begin a new database`;
}

/** What stops a start when the extension that is wanted cannot be created. */
export function notCreated(reason: string): NocturneError {
  return new NocturneError(
    'STARTUP_FAILED',
    `${wish('timescale')}, but the extension cannot be created (${reason}): have a superuser run "create extension timescaledb" in this database, with timescaledb in shared_preload_libraries, or set ${setting} to plain or auto`,
  );
}

const plain: StorageChoice = { engine: 'plain', rollupsBy: 'job' };

/**
 * @throws STARTUP_FAILED when TimescaleDB is wanted and cannot be had
 */
export function decideStorage(facts: StorageFacts, wanted?: StorageChoice['engine']): Decision {
  const { version, available, community, plainTables } = facts;
  if (plainTables === 'filled') {
    const instead =
      version === null && wanted !== 'timescale' ? '' : ', although TimescaleDB is there or wanted';
    return {
      choice: plain,
      told: `samples stay in plain PostgreSQL partitions${instead}: the tables hold data already`,
    };
  }
  if (wanted === 'timescale' && version === null && !available) {
    throw new NocturneError(
      'STARTUP_FAILED',
      `${wish('timescale')}, but the server does not offer the extension: install it, or set ${setting} to plain or auto`,
    );
  }
  if (wanted === 'plain' || (wanted === undefined && version === null)) {
    return { choice: plain, told: 'samples are kept in plain PostgreSQL partitions' };
  }
  const choice: StorageChoice = { engine: 'timescale', rollupsBy: community ? 'database' : 'job' };
  const named = version === null ? '' : ` ${version}`;
  return {
    choice,
    told: `samples are kept in TimescaleDB${named}, ${community ? 'Community' : 'Apache'} edition`,
  };
}

/**
 * Holds what was chosen against what the database has now.
 * @throws STARTUP_FAILED
 */
export function checkTimescale(choice: StorageChoice, facts: StorageFacts): void {
  if (choice.engine === 'plain') return;
  const problem = timescaleProblem(choice, facts);
  if (problem !== null) throw new NocturneError('STARTUP_FAILED', problem);
}

/**
 * The same for a database that has no storage yet, which need not begin on what is known to fail.
 * @throws STARTUP_FAILED
 */
export function checkNewTimescale(choice: StorageChoice, facts: StorageFacts): void {
  checkTimescale(choice, facts);
  if (choice.engine === 'plain' || facts.version === null) return;
  const trouble = versionTrouble(facts.version, facts.server);
  if (trouble === null) return;
  throw new NocturneError('STARTUP_FAILED', `${trouble.sentence}, or set ${setting} to plain`);
}

function timescaleProblem(
  { rollupsBy }: StorageChoice,
  { version, community, server }: StorageFacts,
): string | null {
  if (version === null) {
    return 'samples of this database are kept in TimescaleDB, but the extension is not there: create it, or restore the database with it';
  }
  const trouble = versionTrouble(version, server);
  if (trouble?.harms === 'answers') return trouble.sentence;
  if (rollupsBy === 'database' && !community) {
    return `the rollups of this database need TimescaleDB's Community edition, but timescaledb.license is set to apache: set it to timescale`;
  }
  return null;
}

/** A sentence where what the database has is known to fail at something; null where it is not. */
export function timescaleTrouble({ version, server }: StorageFacts): string | null {
  return version === null ? null : (versionTrouble(version, server)?.sentence ?? null);
}
