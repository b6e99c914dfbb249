/** The desktop's settings: from the environment, else from `settings.json` in the folder of the person's data. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { roles } from '../core/contract/operation.ts';
import { NocturneError } from '../core/errors.ts';

const settingsFile = z.strictObject({
  databaseUrl: z.string().optional().describe('a direct profile: on the same network as the NOC'),
  role: z.enum(roles).exclude(['public']).default('admin').describe('of whoever sits here'),
});

export interface DesktopSettings {
  readonly databaseUrl: string;
  readonly role: z.infer<typeof settingsFile>['role'];
}

export type Environment = Readonly<Record<string, string | undefined>>;

const expected = 'expected for example postgres://user:password@host:5432/nocturne';

/** @throws CONFIG_INVALID with a sentence that names the file and what is expected */
export async function readSettings(dataDir: string, env: Environment): Promise<DesktopSettings> {
  const file = path.join(dataDir, 'settings.json');
  const settings = parseSettings(await readIfThere(file), file);
  const databaseUrl = env['DATABASE_URL'] || settings.databaseUrl;
  if (databaseUrl === undefined) {
    throw new NocturneError(
      'CONFIG_INVALID',
      `No database is set: put DATABASE_URL into the environment or "databaseUrl" into ${file} (${expected})`,
    );
  }
  return { databaseUrl, role: settings.role };
}

function parseSettings(text: string, file: string): z.infer<typeof settingsFile> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new NocturneError('CONFIG_INVALID', `${file} is not JSON: correct or remove it`, {
      cause,
    });
  }
  const parsed = settingsFile.safeParse(json);
  if (parsed.success) return parsed.data;
  const { path: place, message } = parsed.error.issues[0]!;
  throw new NocturneError(
    'CONFIG_INVALID',
    `${file}: ${place.length === 0 ? '' : `${place.join('.')}: `}${message}`,
  );
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '{}';
    throw error;
  }
}
