/** Databases as programs of older schema versions left them, from test/fixtures/schema. */
import { readFile } from 'node:fs/promises';
import { emptyDatabase, type TestDatabase } from './database.ts';
import { fixtureFile } from './schema-fixture.ts';

export async function oldDatabase(version: number): Promise<TestDatabase> {
  await using stack = new AsyncDisposableStack();
  const db = stack.use(await emptyDatabase());
  const client = await db.pool.connect();
  try {
    await client.query(await readFile(fixtureFile(version), 'utf8'));
  } finally {
    // A dump changes the search path of its connection.
    client.release(true);
  }
  stack.move();
  return db;
}
