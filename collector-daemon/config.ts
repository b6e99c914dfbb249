/**
 * The settings of a node, from its environment. Bad or missing values stop the start with one sentence a variable:
 * what, which value, what is expected. Secrets are never part of a sentence.
 */
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { NocturneError } from '../core/errors.ts';
import { parseNodeName } from '../core/id.ts';
import { nearest } from '../core/nearest.ts';
import { isPublicUrl } from '../core/public-url.ts';

export const nodeRoles = ['collector', 'web', 'both'] as const;
export type NodeRole = (typeof nodeRoles)[number];

const port = (fallback: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .pipe(z.int().min(0).max(65_535))
    .default(fallback);

const optionalPort = port(0).unwrap().optional();

const wholeNumber = (from: number, to: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.int().min(from).max(to));

interface Variable {
  readonly schema: z.ZodType;
  readonly expected: string;
  readonly about: string;
  readonly secret?: boolean;
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** One entry a variable; `docs/configuration.md` is written from this list. */
export const variables = {
  NODE_ROLE: {
    schema: z.enum(nodeRoles).default('both'),
    expected: 'collector, web or both',
    about: 'What this node does: hold device sessions, serve the console and its API, or both.',
  },
  DATABASE_URL: {
    schema: z
      .string()
      .regex(/^postgres(ql)?:\/\//)
      .optional(),
    expected: 'postgres://user:password@host:5432/database',
    about:
      'The database of the whole cluster; `?sslmode=verify-full&sslrootcert=FILE` behind it for TLS. Needed by every command but `demo` and `simulate`, as long as no demo runs here.',
    secret: true,
  },
  DATABASE_REPLICA_URL: {
    schema: z
      .string()
      .regex(/^postgres(ql)?:\/\//)
      .optional(),
    expected: 'postgres://user:password@host:5432/database',
    about:
      'A streaming replica of DATABASE_URL that telemetry is read from while it is there and up to date; nothing is written there.',
    secret: true,
  },
  DATABASE_REPLICA_MAX_LAG_MS: {
    schema: wholeNumber(0, 3_600_000).default(5_000),
    expected: 'a whole number from 0 to 3600000',
    about:
      'A replica that is further behind (ms) is passed over: telemetry is read from the primary.',
  },
  POOL_SIZE: {
    schema: wholeNumber(2, 500).optional(),
    expected: 'a whole number from 2 to 500',
    about: 'Connections to the database; 20 for collectors, 10 for web nodes.',
  },
  HOST: {
    schema: z.string().min(1).default('127.0.0.1'),
    expected: 'an address of this machine, for example 127.0.0.1 or 0.0.0.0',
    about: 'Address the HTTP server listens on.',
  },
  PORT: {
    schema: port(4_000),
    expected: 'a port from 0 to 65535',
    about: 'Port of the HTTP server.',
  },
  NOCTURNE_STORAGE: {
    schema: z.enum(['auto', 'plain', 'timescale']).default('auto'),
    expected: 'auto, plain or timescale',
    about:
      'What a new database keeps its samples in; auto: TimescaleDB where its extension is created, else plain partitions. Settled at the first `nocturne migrate`, never changed later.',
  },
  NOCTURNE_NODE_NAME: {
    schema: z
      .string()
      .refine((text) => parseNodeName(text).ok)
      .optional(),
    expected: 'letters, digits, ".", "_" and "-", 1 to 63 of them',
    about:
      'Name of this node: two that run must not have the same. Left out, it is the host name, with `-collector` or `-web` behind it where NODE_ROLE is one of these.',
  },
  NOCTURNE_DATA_DIR: {
    schema: z
      .string()
      .refine((text) => isAbsolute(text))
      .optional(),
    expected: 'an absolute path',
    about:
      'Folder for keys and the embedded database; /var/lib/nocturne for root, else the user data folder.',
  },
  NOCTURNE_FEED_HOST: {
    schema: z.string().min(1).default('127.0.0.1'),
    expected: 'an address of this machine',
    about:
      'Address the live feed listens on; ::1 and :: for IPv6. The feed is not encrypted yet: keep it on loopback or a trusted network.',
  },
  NOCTURNE_FEED_PORT: {
    schema: port(5_560),
    expected: 'a port from 0 to 65535',
    about: 'Port of the live feed (ZeroMQ PUB).',
  },
  NOCTURNE_SNAPSHOT_PORT: {
    schema: optionalPort,
    expected: 'a port from 0 to 65535',
    about:
      'Port on which snapshots of the live feed are answered (ZeroMQ ROUTER); the one after NOCTURNE_FEED_PORT when left out. Both must be open to web nodes and desktops.',
  },
  NOCTURNE_ADVERTISE_ADDRESS: {
    schema: z.string().min(1).optional(),
    expected: 'a host name or address that other nodes can reach',
    about:
      'Address under which other nodes find this node’s feed; NOCTURNE_FEED_HOST when left out, the host name where that is 0.0.0.0 or ::.',
  },
  NOCTURNE_CLUSTER_ID: {
    schema: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,63}$/)
      .default('nocturne'),
    expected: 'letters, digits, ".", "_" and "-", 1 to 63 of them',
    about: 'Name of the cluster, shown in the status bar and checked in every feed frame.',
  },
  NOCTURNE_INGEST_WORKERS: {
    schema: wholeNumber(1, 64).optional(),
    expected: 'a whole number from 1 to 64',
    about: 'Ingest worker threads; one less than the processors (at least 1) when left out.',
  },
  NOCTURNE_PUBLIC_URL: {
    schema: z.string().refine(isPublicUrl).optional(),
    expected: 'https://host or http://host:port, without a path',
    about:
      'Address under which people reach the console, for links; made of HOST and PORT when left out.',
  },
  NOCTURNE_SECRET_KEYS: {
    schema: z.string().min(1).optional(),
    expected: 'id:key,… with keys of 32 bytes in base64',
    about:
      'Keys of collectors that open device credentials, the first one in use; the file secret-keys in the data folder when left out. Other programs need none.',
    secret: true,
  },
  LOG_LEVEL: {
    schema: z.enum(logLevels).default('info'),
    expected: logLevels.join(', '),
    about: 'How much is logged.',
  },
} satisfies Record<string, Variable>;

type Variables = typeof variables;
export type Environment = { [Name in keyof Variables]: z.output<Variables[Name]['schema']> };

/** The storage engine that is asked for; undefined leaves it to what the database offers. */
export function wantedStorage({
  NOCTURNE_STORAGE,
}: Environment): 'plain' | 'timescale' | undefined {
  return NOCTURNE_STORAGE === 'auto' ? undefined : NOCTURNE_STORAGE;
}

/** The port after the feed's, unless one is set; any free one beside a feed on any free one. */
export function snapshotPortOf(environment: Environment): number {
  const { NOCTURNE_FEED_PORT: feed, NOCTURNE_SNAPSHOT_PORT: own } = environment;
  return own ?? (feed === 0 || feed === 65_535 ? 0 : feed + 1);
}

export interface ReplicaSettings {
  readonly databaseUrl: string;
  readonly maxLagMs: number;
}

/** Null where none is set, or for a database of our own: a replica belongs to the DATABASE_URL it is set with. */
export function replicaOf(environment: Environment): ReplicaSettings | null {
  const { DATABASE_URL, DATABASE_REPLICA_URL, DATABASE_REPLICA_MAX_LAG_MS } = environment;
  if (DATABASE_URL === undefined || DATABASE_REPLICA_URL === undefined) return null;
  return { databaseUrl: DATABASE_REPLICA_URL, maxLagMs: DATABASE_REPLICA_MAX_LAG_MS };
}

/**
 * @throws NocturneError CONFIG_INVALID with one sentence a bad variable, a line each
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  // A misspelt one is refused; one of another release, which nothing here is like, is only told of.
  problems.push(...unknownSettings(env).filter((sentence) => sentence.includes('did you mean')));
  for (const [name, variable] of Object.entries(variables) as [string, Variable][]) {
    // An empty value means "not set", as in systemd's EnvironmentFile.
    const given = env[name] === '' ? undefined : env[name];
    const parsed = variable.schema.safeParse(given);
    if (parsed.success) values[name] = parsed.data;
    else problems.push(problem(name, given, variable));
  }
  if (problems.length > 0) throw new NocturneError('CONFIG_INVALID', problems.join('\n'));
  return values as Environment;
}

/**
 * Sentences about settings that nobody reads: what is set in vain is a wish that is not heard. Those that an orchestrator
 * sets for a service of the name (`NOCTURNE_WEB_SERVICE_HOST`, `NOCTURNE_PORT=tcp://…`) are not meant for us.
 */
export function unknownSettings(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = Object.keys(variables);
  const ofService = /_SERVICE_(HOST|PORT)(_[A-Z0-9_]+)?$|_PORT_\d+_(TCP|UDP)(_(PROTO|PORT|ADDR))?$/;
  return Object.entries(env).flatMap(([name, value]) => {
    const ours = name.startsWith('NOCTURNE_') && !known.includes(name) && value !== '';
    if (!ours || ofService.test(name) || /^(tcp|udp):\/\//.test(value ?? '')) return [];
    const meant = nearest(name, known);
    const hint = meant === null ? '' : `: did you mean ${meant}?`;
    return [
      `${name} is no setting of this program${hint}${hint === '' ? ';' : ''} "nocturne config" lists all`,
    ];
  });
}

function problem(name: string, given: string | undefined, { expected, secret }: Variable): string {
  const shown = secret === true || given === undefined ? '' : ` "${given}"`;
  return `${name}${shown} is not valid: expected ${expected}.`;
}
