/** Keys of secrets for tests: as collectors hold them, and made known to a database as one does when it is its turn. */
import { randomBytes } from 'node:crypto';
import { publishKeys } from '../../service/store/secret/known-keys.ts';
import type { MasterKey } from '../../service/store/secret/master-key.ts';
import { SecretBox } from '../../service/store/secret/sealed-secret.ts';
import { transaction } from '../../service/store/connection/transaction.ts';
import type { TestDatabase } from './database.ts';

export function masterKey(id: string): MasterKey {
  return { id, key: randomBytes(32) };
}

/** What a collector with these keys does at its turn; the first is sealed to from then on. */
export async function collectorTurn(
  { pool }: TestDatabase,
  keys: readonly MasterKey[],
  node = 'col-a',
): Promise<SecretBox> {
  await transaction(pool, (db) => publishKeys(db, keys, node));
  return new SecretBox(keys);
}
