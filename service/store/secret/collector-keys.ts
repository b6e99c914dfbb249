/**
 * The master keys of a collector: NOCTURNE_SECRET_KEYS, else the key file. The very first collector of a database makes
 * them; once the database knows a key, or holds a sealed secret, none are made any more, for what they sealed only they
 * could open, and what is sealed they could not.
 */
import { NocturneError } from '../../../core/errors.ts';
import type { DatabasePool } from '../connection/pool.ts';
import type { Queryable } from '../connection/queryable.ts';
import { transaction } from '../connection/transaction.ts';
import { fitProblem, holds, readKeyFit, wayOut } from './key-fit.ts';
import { keyFileIn, readKeyFile, writeKeyFile } from './key-file.ts';
import { addKnownKey } from './known-keys.ts';
import { makeMasterKey, type MasterKey, parseMasterKeys } from './master-key.ts';
import { SecretBox } from './sealed-secret.ts';

export interface KeySource {
  /** The value of NOCTURNE_SECRET_KEYS. */
  readonly given: string | undefined;
  readonly dataDir: string;
  /** Who asks, for the record. */
  readonly node: string;
}

/**
 * @throws CONFIG_INVALID where there are no keys and none may be made, where those here are strangers that open nothing of
 *   what is sealed, and where they cannot be read
 */
export async function loadCollectorKeys(pool: DatabasePool, source: KeySource): Promise<SecretBox> {
  const keyFile = keyFileIn(source.dataDir);
  const masters = source.given
    ? parseMasterKeys(source.given, 'NOCTURNE_SECRET_KEYS')
    : ((await readKeyFile(keyFile)) ?? (await makeKeys(pool, keyFile, source.node)));
  const fit = await readKeyFit(pool, masters);
  // Keys that this database knows have their place here, whatever was imported since.
  const isKnown = fit.known.some((key) => key.lostAtMs === null && holds(masters, key));
  const opensNothing = fit.used.length > 0 && fit.lacking.length === fit.used.length;
  if (opensNothing && !isKnown)
    throw new NocturneError('CONFIG_INVALID', fitProblem(fit, keyFile)!);
  return new SecretBox(masters);
}

/** One program of the cluster at a time, so that two first collectors do not make two keys. */
function makeKeys(
  pool: DatabasePool,
  keyFile: string,
  node: string,
): Promise<readonly MasterKey[]> {
  return transaction(pool, async (db) => {
    await db.query(`select pg_advisory_xact_lock(hashtext('nocturne_secret_keys'))`);
    // Another one on this data folder may have been faster.
    const meanwhile = await readKeyFile(keyFile);
    if (meanwhile !== null) return meanwhile;
    await refuseSecondKeys(db, keyFile);
    const made = makeMasterKey();
    await addKnownKey(db, made, node);
    await writeKeyFile(keyFile, [made]);
    return [made];
  });
}

/** @throws CONFIG_INVALID */
async function refuseSecondKeys(db: Queryable, keyFile: string): Promise<void> {
  const fit = await readKeyFit(db, []);
  const isKnown = fit.known.some(({ lostAtMs }) => lostAtMs === null);
  if (!isKnown && fit.used.length === 0) return;
  throw new NocturneError(
    'CONFIG_INVALID',
    fitProblem(fit, keyFile) ??
      `this database has keys for its secrets, and there are none here: ${wayOut(fit, keyFile)}`,
  );
}
