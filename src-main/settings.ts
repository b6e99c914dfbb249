/** The desktop's settings: from the environment, else from `settings.json` in the folder of the person's data. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { roles } from '../core/contract/operation.ts';
import { NocturneError, sentenceOf } from '../core/errors.ts';
import { isPublicUrl } from '../core/public-url.ts';

const settingsFile = z.strictObject({
  databaseUrl: z.string().optional(),
  databaseReplicaUrl: z.string().optional(),
  databaseReplicaMaxLagMs: z.int().min(0).default(5_000),
  role: z.enum(roles).exclude(['public']).default('admin'),
  cluster: z.string().min(1).max(63).default('nocturne'),
  publicUrl: z
    .string()
    .refine(isPublicUrl, 'must be https://host or http://host:port, without a path')
    .default('http://127.0.0.1:4000'),
});

/** A direct profile: a desktop on the same network as database and collectors. */
export interface DesktopSettings {
  readonly databaseUrl: string;
  /** Telemetry is read from it while it is there and no further behind. */
  readonly replica: { readonly databaseUrl: string; readonly maxLagMs: number } | null;
  /** Of whoever sits here. */
  readonly role: z.infer<typeof settingsFile>['role'];
  /** Name of the cluster, as its nodes have it. */
  readonly cluster: string;
  /** Where browsers reach a web node of the cluster, for login links; without a slash at the end. */
  readonly publicUrl: string;
  /** `id:key,…` as the nodes have them; never kept in the settings file. */
  readonly secretKeys: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const expected = 'expected for example postgres://user:password@host:5432/nocturne';

/** @throws CONFIG_INVALID with a sentence that names the file and what is expected */
export async function readSettings(dataDir: string, env: Environment): Promise<DesktopSettings> {
  const file = path.join(dataDir, 'settings.json');
  const settings = parseSettings(await readIfThere(file), file);
  const databaseUrl = env['DATABASE_URL'] || settings.databaseUrl;
  const publicUrl = fromEnvironment(env, 'NOCTURNE_PUBLIC_URL', 'publicUrl') ?? settings.publicUrl;
  if (databaseUrl === undefined) {
    throw new NocturneError(
      'CONFIG_INVALID',
      `No database is set: put DATABASE_URL into the environment or "databaseUrl" into ${file} (${expected})`,
    );
  }
  return {
    databaseUrl,
    replica: replicaOf(settings, env),
    role: settings.role,
    cluster: fromEnvironment(env, 'NOCTURNE_CLUSTER_ID', 'cluster') ?? settings.cluster,
    publicUrl: publicUrl.replace(/\/+$/, ''),
    secretKeys: env['NOCTURNE_SECRET_KEYS'] || undefined,
  };
}

/**
 * The variable where it is set, held to what the file may say.
 * @throws CONFIG_INVALID
 */
function fromEnvironment(
  env: Environment,
  variable: string,
  field: 'publicUrl' | 'cluster',
): string | undefined {
  const given = env[variable];
  if (!given) return undefined;
  const parsed = settingsFile.shape[field].safeParse(given);
  if (parsed.success) return parsed.data;
  const wanted =
    field === 'publicUrl'
      ? 'https://host or http://host:port, without a path'
      : '1 to 63 characters';
  throw new NocturneError(
    'CONFIG_INVALID',
    `${variable} "${given}" is not valid: expected ${wanted}`,
  );
}

/** @throws CONFIG_INVALID */
function replicaOf(
  settings: z.infer<typeof settingsFile>,
  env: Environment,
): DesktopSettings['replica'] {
  const databaseUrl = env['DATABASE_REPLICA_URL'] || settings.databaseReplicaUrl;
  if (databaseUrl === undefined) return null;
  const name = 'DATABASE_REPLICA_MAX_LAG_MS';
  const maxLagMs = Number(env[name] || settings.databaseReplicaMaxLagMs);
  if (Number.isInteger(maxLagMs) && maxLagMs >= 0) return { databaseUrl, maxLagMs };
  throw new NocturneError(
    'CONFIG_INVALID',
    `${name} "${env[name]}" is not valid: expected a whole number of milliseconds, 0 or more`,
  );
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
    // Editors on Windows put a mark in front of the text that JSON does not know.
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '{}';
    throw new NocturneError('CONFIG_INVALID', `${file} cannot be read (${sentenceOf(cause)})`, {
      cause,
    });
  }
}
