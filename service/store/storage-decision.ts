/** Decides which engine a database gets, from what it has and what is wanted. No I/O. */
import { z } from 'zod';
import { NocturneError } from '../../core/errors.ts';

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
}

export interface Decision {
  readonly choice: StorageChoice;
  readonly told: string;
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
      'TimescaleDB is wanted, but the server does not offer the extension: install it, or choose plain storage',
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

const oldestVersion = [2, 18] as const;

/**
 * Holds what was chosen against what the database has now.
 * @throws STARTUP_FAILED
 */
export function checkTimescale(choice: StorageChoice, { version, community }: StorageFacts): void {
  if (choice.engine === 'plain') return;
  const problem = timescaleProblem(choice, version, community);
  if (problem !== null) throw new NocturneError('STARTUP_FAILED', problem);
}

function timescaleProblem(
  { rollupsBy }: StorageChoice,
  version: string | null,
  community: boolean,
): string | null {
  if (version === null) {
    return 'samples of this database are kept in TimescaleDB, but the extension is not there: create it, or restore the database with it';
  }
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < oldestVersion[0] || (major === oldestVersion[0] && minor < oldestVersion[1])) {
    return `TimescaleDB ${version} is too old: update the extension to ${oldestVersion.join('.')} or newer`;
  }
  if (/^2\.22\.0(?!\d)/.test(version)) {
    return 'TimescaleDB 2.22.0 leaves holes in rollups: update the extension to 2.22.1 or newer';
  }
  if (rollupsBy === 'database' && !community) {
    return `the rollups of this database need TimescaleDB's Community edition, but timescaledb.license is set to apache: set it to timescale`;
  }
  return null;
}
