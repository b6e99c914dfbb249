/** Databases made on a server that tests share, whatever else is on it. */
import { Client } from 'pg';

/** Nobody has added anything to it; to `template1`, on a server with TimescaleDB, its extension perhaps. */
export const bareTemplate = 'template0';

const objectInUse = '55006';
const patienceMs = 20_000;

/** A server with TimescaleDB looks into each database for a moment, whether or not it has the extension. */
export async function createDatabase(
  adminUrl: string,
  name: string,
  template: string,
): Promise<void> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      return await onServer(adminUrl, `create database ${name} template ${template}`);
    } catch (error) {
      if ((error as { code?: string }).code !== objectInUse || Date.now() > until) throw error;
    }
  }
}

export async function onServer(adminUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
