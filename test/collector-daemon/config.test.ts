import { describe, expect, test } from 'vitest';
import {
  readEnvironment,
  snapshotPortOf,
  unknownSettings,
  replicaOf,
  variables,
  wantedStorage,
} from '../../collector-daemon/config.ts';
import { NocturneError } from '../../core/errors.ts';

function problemsOf(env: Record<string, string>): string[] {
  try {
    readEnvironment(env);
    return [];
  } catch (error) {
    if (!(error instanceof NocturneError) || error.code !== 'CONFIG_INVALID') throw error;
    return error.message.split('\n');
  }
}

describe('the settings of a node', () => {
  test('have defaults that start a node on this machine alone', () => {
    expect(readEnvironment({})).toMatchObject({
      NODE_ROLE: 'both',
      HOST: '127.0.0.1',
      PORT: 4_000,
      NOCTURNE_FEED_HOST: '127.0.0.1',
      NOCTURNE_FEED_PORT: 5_560,
      NOCTURNE_CLUSTER_ID: 'nocturne',
      LOG_LEVEL: 'info',
      DATABASE_URL: undefined,
      DATABASE_REPLICA_URL: undefined,
      DATABASE_REPLICA_MAX_LAG_MS: 5_000,
    });
  });

  test('are read as what they are', () => {
    const env = {
      NODE_ROLE: 'collector',
      DATABASE_URL: 'postgresql://n:p@db/n',
      POOL_SIZE: '40',
      PORT: '0',
      NOCTURNE_INGEST_WORKERS: '3',
      NOCTURNE_PUBLIC_URL: 'https://noc.example.net',
    };
    expect(readEnvironment(env)).toMatchObject({
      ...env,
      POOL_SIZE: 40,
      PORT: 0,
      NOCTURNE_INGEST_WORKERS: 3,
    });
  });

  test('an empty variable counts as not set', () => {
    expect(readEnvironment({ NODE_ROLE: '', DATABASE_URL: '', PORT: '' })).toEqual(
      readEnvironment({}),
    );
  });

  test.each([
    ['NODE_ROLE', 'leader'],
    ['NOCTURNE_STORAGE', 'timescaledb'],
    ['DATABASE_REPLICA_MAX_LAG_MS', '5s'],
    ['DATABASE_REPLICA_MAX_LAG_MS', '3600001'],
    ['POOL_SIZE', '1'],
    ['POOL_SIZE', '12.5'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '0x10'],
    ['NOCTURNE_NODE_NAME', 'a:b'],
    ['NOCTURNE_FEED_PORT', 'feed'],
    ['NOCTURNE_DATA_DIR', 'data/here'],
    ['NOCTURNE_CLUSTER_ID', 'a b'],
    ['NOCTURNE_INGEST_WORKERS', '0'],
    ['NOCTURNE_PUBLIC_URL', 'ftp://x'],
    ['NOCTURNE_PUBLIC_URL', 'https://noc.example/?next=x'],
    ['LOG_LEVEL', 'loud'],
  ] as const)('%s=%s stops the start with one sentence', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([
      `${name} "${value}" is not valid: expected ${variables[name].expected}.`,
    ]);
  });

  test('a storage engine is wanted only where it is named', () => {
    expect(wantedStorage(readEnvironment({}))).toBeUndefined();
    expect(wantedStorage(readEnvironment({ NOCTURNE_STORAGE: 'auto' }))).toBeUndefined();
    expect(wantedStorage(readEnvironment({ NOCTURNE_STORAGE: 'plain' }))).toBe('plain');
  });

  test('a replica belongs to the database it is set with', () => {
    const own = { DATABASE_REPLICA_URL: 'postgres://r/n', DATABASE_REPLICA_MAX_LAG_MS: '900' };
    expect(replicaOf(readEnvironment(own))).toBeNull();
    expect(replicaOf(readEnvironment({ DATABASE_URL: 'postgres://p/n' }))).toBeNull();
    expect(replicaOf(readEnvironment({ DATABASE_URL: 'postgres://p/n', ...own }))).toEqual({
      databaseUrl: 'postgres://r/n',
      maxLagMs: 900,
    });
  });

  test('every bad variable is named, each on its line', () => {
    const problems = problemsOf({ PORT: 'x', NODE_ROLE: 'y', LOG_LEVEL: 'z' });
    expect(problems.map((line) => line.split(' ')[0])).toEqual(['NODE_ROLE', 'PORT', 'LOG_LEVEL']);
  });

  test('a secret is never part of a sentence', () => {
    const secret = 'mysql://root:hunter2@db/n';
    const [problem] = problemsOf({ DATABASE_URL: secret });
    expect(problem).toBe(
      'DATABASE_URL is not valid: expected postgres://user:password@host:5432/database.',
    );
    const secrets = Object.entries(variables).filter(([, variable]) => 'secret' in variable);
    expect(secrets.map(([name]) => name)).toEqual([
      'DATABASE_URL',
      'DATABASE_REPLICA_URL',
      'NOCTURNE_SECRET_KEYS',
    ]);
  });
});

test.each([
  [{}, 5_561],
  [{ NOCTURNE_FEED_PORT: '0' }, 0],
  [{ NOCTURNE_FEED_PORT: '65535' }, 0],
  [{ NOCTURNE_FEED_PORT: '7000' }, 7_001],
  [{ NOCTURNE_SNAPSHOT_PORT: '7100' }, 7_100],
  [{ NOCTURNE_SNAPSHOT_PORT: '0' }, 0],
])('snapshots of %j are answered on port %i', (env, port) => {
  expect(snapshotPortOf(readEnvironment(env))).toBe(port);
});

describe('settings that nobody reads', () => {
  test('are refused where one was probably meant', () => {
    expect(() => readEnvironment({ NOCTURNE_FEED_PROT: '5561' })).toThrow(
      'NOCTURNE_FEED_PROT is no setting of this program: did you mean NOCTURNE_FEED_PORT? "nocturne config" lists all',
    );
  });

  test('are told of where none is like it, as of another release', () => {
    const env = { NOCTURNE_COLOUR_OF_MOON: 'blue' };
    expect(readEnvironment(env)).toBeDefined();
    expect(unknownSettings(env)).toEqual([
      'NOCTURNE_COLOUR_OF_MOON is no setting of this program; "nocturne config" lists all',
    ]);
  });

  test('are left alone where an orchestrator sets them for a service called nocturne', () => {
    const env = {
      NOCTURNE_SERVICE_HOST: '10.0.0.1',
      NOCTURNE_SERVICE_PORT_HTTP: '4000',
      NOCTURNE_PORT: 'tcp://10.0.0.1:4000',
      NOCTURNE_FEED_PORT_5560_TCP_ADDR: '10.0.0.1',
      NOCTURNE_WEB_PORT_4000_TCP: 'tcp://10.0.0.1:4000',
      OTHERS_SETTING: 'x',
      NOCTURNE_EMPTY: '',
    };
    expect(unknownSettings(env)).toEqual([]);
  });
});
