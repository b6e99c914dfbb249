/** A migration that others may have run never changes again: their databases would differ from everybody else's. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { migrationDirectory } from '../../../../service/store/schema/migrate.ts';

const root = path.join(import.meta.dirname, '../../../..');
const listFile = 'test/fixtures/schema/released.json';

/** One line of the list. */
interface Released {
  readonly file: string;
  readonly sha256: string;
  /** The version in CHANGELOG.md that brought it. */
  readonly release: string;
}

const released = JSON.parse(await readFile(path.join(root, listFile), 'utf8')) as Released[];

async function sha256Of(file: string): Promise<string> {
  const text = await readFile(path.join(migrationDirectory, file), 'utf8');
  // A checkout may have other line ends.
  return createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');
}

test('every migration is listed with its release and checksum, and is as it was then', async () => {
  const files = (await readdir(migrationDirectory)).filter((name) => name.endsWith('.sql')).sort();
  const wrong: string[] = [];
  for (const file of new Set([...files, ...released.map((one) => one.file)])) {
    const listed = released.find((one) => one.file === file);
    const sha256 = files.includes(file) ? await sha256Of(file) : null;
    if (listed === undefined) {
      wrong.push(
        `${file} is new: list it in ${listFile} as {"file": "${file}", "sha256": "${sha256}", "release": …}`,
      );
    } else if (listed.sha256 !== sha256) {
      wrong.push(
        `${file} was ${sha256 === null ? 'removed' : 'changed'}, but databases may have run it: put it back as it was, and what you want to change into a new migration`,
      );
    }
  }
  expect(wrong).toEqual([]);
});

test('the releases named are those of the changelog', async () => {
  const changelog = await readFile(path.join(root, 'CHANGELOG.md'), 'utf8');
  const releases = Array.from(changelog.matchAll(/^## (\S+)/gm), ([, version]) => version);
  expect(released.filter(({ release }) => !releases.includes(release))).toEqual([]);
});
