import { expect, test } from 'vitest';
import { transaction } from '../../../../service/store/connection/transaction.ts';
import {
  addKnownKey,
  listKnownKeys,
  publishKeys,
} from '../../../../service/store/secret/known-keys.ts';
import { masterFingerprint } from '../../../../service/store/secret/master-key.ts';
import { testDatabase, type TestDatabase } from '../../../support/database.ts';
import { masterKey } from '../../../support/secret-keys.ts';

const own = masterKey('own');
const stranger = masterKey('stranger');

const publish = ({ pool }: TestDatabase) =>
  transaction(pool, (db) => publishKeys(db, [own], 'col-a'));

async function current({ pool }: TestDatabase): Promise<string | undefined> {
  return (await listKnownKeys(pool)).find((one) => one.current)?.fingerprint;
}

test('the first key of a database is sealed to at once, and told of nobody', async () => {
  await using db = await testDatabase();
  expect(await publish(db)).toBeNull();
  expect(await current(db)).toBe(masterFingerprint(own));
  expect(await publish(db)).toBeNull();
});

test('a key that somebody else put there is told, and sealed to no longer', async () => {
  await using db = await testDatabase();
  await publish(db);
  await addKnownKey(db.pool, stranger, 'nobody');
  await db.pool.query(
    `update secret_key set sealing_since = clock_timestamp() where fingerprint = $1`,
    [masterFingerprint(stranger)],
  );
  expect(await current(db)).toBe(masterFingerprint(stranger));
  expect(await publish(db)).toMatchObject({
    id: 'stranger',
    fingerprint: masterFingerprint(stranger),
  });
  expect(await current(db)).toBe(masterFingerprint(own));
  const { rows } = await db.pool.query(
    `select actor, before ->> 'id' as before, after ->> 'id' as after from audit
     where operation = 'keys.seal' order by id desc limit 1`,
  );
  expect(rows).toEqual([{ actor: 'col-a', before: 'stranger', after: 'own' }]);
  expect(await publish(db)).toBeNull();
});
