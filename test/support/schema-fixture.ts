/** Where test/fixtures/schema keeps what programs of older schema versions left, and the key of its secrets. */
import path from 'node:path';

const folder = path.join(import.meta.dirname, '../fixtures/schema');

/** `NOCTURNE_SECRET_KEYS` of all of them. */
export const fixtureKeys = `old:${Buffer.alloc(32).toString('base64')}`;

export function fixtureFile(version: number): string {
  return path.join(folder, `${String(version).padStart(4, '0')}.sql`);
}
