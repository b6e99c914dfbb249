/** The master keys: from NOCTURNE_SECRET_KEYS, else from a file in the data folder that the first start makes. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { NocturneError, sentenceOf } from '../../../core/errors.ts';
import { writeWhole } from '../../whole-file.ts';
import { SecretBox, type MasterKey } from './sealed-secret.ts';

const expected = 'expected id:key,… with keys of 32 bytes in base64, the first one sealing';

/**
 * @param text `id:base64,id:base64`
 * @throws CONFIG_INVALID; the message never holds a key
 */
export function parseMasterKeys(text: string, source: string): [MasterKey, ...MasterKey[]] {
  const keys = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part, at) => parseKey(part, at, source));
  const [first, ...rest] = keys;
  if (first === undefined) {
    throw new NocturneError('CONFIG_INVALID', `${source} holds no key (${expected})`);
  }
  return [first, ...rest];
}

function parseKey(part: string, at: number, source: string): MasterKey {
  const [, id, encoded] = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/_-]{43}=?)$/.exec(part) ?? [];
  const key = Buffer.from(encoded ?? '', 'base64');
  if (id === undefined || key.length !== 32) {
    throw new NocturneError(
      'CONFIG_INVALID',
      `${source}: key ${at + 1} cannot be read (${expected})`,
    );
  }
  return { id, key };
}

/**
 * The box that seals and opens secrets.
 * @throws CONFIG_INVALID when the keys given cannot be read
 */
export async function loadSecretBox(
  env: Readonly<Record<string, string | undefined>>,
  dataDir: string,
): Promise<SecretBox> {
  const source = env['NOCTURNE_SECRET_KEYS'] ? 'NOCTURNE_SECRET_KEYS' : keyFile(dataDir);
  return new SecretBox(parseMasterKeys(await masterKeys(env, dataDir), source));
}

function keyFile(dataDir: string): string {
  return path.join(dataDir, 'secret-keys');
}

/**
 * The keys as text, to be handed to another program of this cluster; the file is made when there is none.
 * @throws CONFIG_INVALID where the file can be neither made nor read
 */
export async function masterKeys(
  env: Readonly<Record<string, string | undefined>>,
  dataDir: string,
): Promise<string> {
  const given = env['NOCTURNE_SECRET_KEYS'];
  if (given) return given;
  const made = `k${randomBytes(3).toString('hex')}:${randomBytes(32).toString('base64')}\n`;
  try {
    await writeWhole(keyFile(dataDir), made, { mode: 0o600, onlyNew: true });
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw keyFileProblem(keyFile(dataDir), 'made', error);
    }
    return keptKeys(keyFile(dataDir), made);
  }
}

/** An empty file is what a full disk left of a start; it never held a key that could be lost. */
async function keptKeys(file: string, made: string): Promise<string> {
  const kept = await readKeyFile(file);
  if (kept.trim() !== '') return kept;
  await writeWhole(file, made, { mode: 0o600 });
  return made;
}

/** @throws CONFIG_INVALID */
export async function readKeyFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw keyFileProblem(file, 'read', cause);
  }
}

function keyFileProblem(file: string, verb: 'made' | 'read', cause: unknown): NocturneError {
  return new NocturneError(
    'CONFIG_INVALID',
    `the key file ${file} cannot be ${verb} (${sentenceOf(cause)}): run this as the user that the nodes run as, or set NOCTURNE_SECRET_KEYS`,
    { cause },
  );
}
