/** A web node and the doctor with a real streaming replica. */
import { readdir } from 'node:fs/promises';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDoctorCommand } from '../../collector-daemon/cli/doctor-command.ts';
import { readEnvironment } from '../../collector-daemon/config.ts';
import { startNode } from '../../collector-daemon/node.ts';
import { createLoginToken, logIn } from '../../service/store/people/login.ts';
import { cookieNameFor } from '../../collector-daemon/api/session-cookie.ts';
import { readInstallation } from '../../service/store/operating/installation.ts';
import { ensureUser } from '../../service/store/people/user.ts';
import { dataFolder } from '../support/demo-process.ts';
import { streamingReplica, type StreamingReplica } from '../support/streaming-replica.ts';

let servers: StreamingReplica;

beforeAll(async () => {
  servers = await streamingReplica();
}, 120_000);
afterAll(() => servers[Symbol.asyncDispose](), 60_000);

const env = (rest: Record<string, string> = {}) => ({
  NODE_ROLE: 'web',
  PORT: '0',
  DATABASE_URL: servers.primary.databaseUrl,
  DATABASE_REPLICA_URL: servers.standbyUrl,
  ...rest,
});

async function sessionCookie(cluster: string): Promise<string> {
  const { id } = await ensureUser(servers.primary, 'ann', 'viewer');
  const wanted = { userId: id, role: 'viewer', createdBy: 'ann' } as const;
  const { token } = await createLoginToken(servers.primary, wanted);
  const name = cookieNameFor({ cluster, installation: await readInstallation(servers.primary) });
  return `${name}=${(await logIn(servers.primary, token)).sessionToken}`;
}

test('a web node reads telemetry from the replica, and says so in its metrics', async () => {
  const environment = readEnvironment(env());
  const said: string[] = [];
  const say = (text: string) => void said.push(text);
  await using folder = await dataFolder();
  await using node = await startNode({
    environment,
    databaseUrl: environment.DATABASE_URL!,
    dataDir: folder.path,
    consoleFolder: null,
    log: { debug: () => {}, info: say, warn: say, error: say },
    signal: AbortSignal.timeout(60_000),
    fatal: (error) => expect.unreachable(error.message),
  });
  // Keys that no collector has would only seal what nobody can open.
  expect(await readdir(folder.path)).not.toContain('secret-keys');
  const { port } = node.web!;
  const at = `http://127.0.0.1:${port}`;
  const metrics = async () => (await fetch(`${at}/metrics`)).text();
  while (!/^nocturne_replica_used 1$/m.test(await metrics()));
  const answer = await fetch(`${at}/api/query/latest`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      cookie: await sessionCookie(environment.NOCTURNE_CLUSTER_ID),
    },
    body: JSON.stringify({ selectors: [{ path: '/' }] }),
  });
  expect(await answer.json()).toEqual([]);
  const shown = await metrics();
  // The series are looked for, then their newest values.
  expect(shown).toContain('nocturne_queries_total{route="replica"} 2');
  expect(shown).toContain('nocturne_queries_total{route="primary"} 0');
  expect(shown).toMatch(/^nocturne_replica_lag_seconds \d/m);
  expect(said).toEqual([expect.stringMatching(/^queries go to the replica/)]);
});

async function doctor(rest: Record<string, string>): Promise<string[]> {
  const lines: string[] = [];
  const program = new Command();
  addDoctorCommand(program, {
    env: env(rest),
    print: (text) => lines.push(text),
    warn: (text) => lines.push(text),
    signal: AbortSignal.timeout(60_000),
  });
  // Its servers run without fsync, which is a problem of its own.
  await expect(program.parseAsync(['doctor'], { from: 'user' })).rejects.toThrow(/see above/);
  return lines.filter((line) => /^\S+ +replica /.test(line));
}

test('the doctor looks the replica over', async () => {
  await servers.caughtUp();
  expect(await doctor({})).toEqual([
    expect.stringMatching(/^ok +replica +in recovery, \d\.\d s behind$/),
  ]);
  expect(await doctor({ DATABASE_REPLICA_URL: servers.primary.databaseUrl })).toEqual([
    expect.stringMatching(/^warning +replica +not in recovery: it is the primary itself/),
  ]);
  await servers.onStandby('select pg_wal_replay_pause()');
  expect(await doctor({})).toEqual([expect.stringMatching(/^warning .*pg_wal_replay_resume/)]);
  await servers.onStandby('select pg_wal_replay_resume()');
  await servers.killStandby();
  expect(await doctor({})).toEqual([
    expect.stringMatching(/^PROBLEM +replica +cannot reach the database .*ECONNREFUSED/),
  ]);
});
