/** The page on running it lists each metric that a node shows, and no other. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { readEnvironment } from '../../collector-daemon/config.ts';
import { startNode } from '../../collector-daemon/node.ts';
import { startSimulator } from '../../simulator/simulator-service.ts';
import { testDatabase } from '../support/database.ts';
import { dataFolder } from '../support/demo-process.ts';
import { operationsAs, testServices } from '../support/operation-client.ts';

async function documented(): Promise<Set<string>> {
  const page = path.join(import.meta.dirname, '../../docs/operations.md');
  const [, section = ''] = (await readFile(page, 'utf8')).split('\n## Metrics to watch\n');
  const table = section.split('\n## ')[0]!;
  return new Set([...table.matchAll(/`(nocturne_\w+)/g)].map(([, name]) => name!));
}

/** Of a node with both roles, a replica and a device that sends. */
async function shown(): Promise<Set<string>> {
  await using db = await testDatabase();
  await using simulator = await startSimulator({ count: 1, spines: 0 });
  await using services = testServices(db);
  const endpoint = {
    address: '127.0.0.1',
    port: simulator.targets[0]!.port,
    tlsMode: 'plaintext' as const,
  };
  await operationsAs(services, 'admin').device.add({ name: 'leaf-01', endpoint });
  const environment = readEnvironment({
    NODE_ROLE: 'both',
    PORT: '0',
    NOCTURNE_FEED_PORT: '0',
    NOCTURNE_INGEST_WORKERS: '1',
    DATABASE_URL: db.url,
    DATABASE_REPLICA_URL: db.url,
  });
  await using folder = await dataFolder();
  const ignore = () => {};
  await using node = await startNode({
    environment,
    databaseUrl: db.url,
    dataDir: folder.path,
    consoleFolder: null,
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    signal: AbortSignal.timeout(120_000),
    fatal: (error) => expect.unreachable(error.message),
  });
  const page = async () => (await fetch(`http://127.0.0.1:${node.web!.port}/metrics`)).text();
  const told = [
    /^nocturne_samples_stored_total [1-9]/m,
    /^nocturne_sample_lag_seconds /m,
    /^nocturne_batch_seconds_count\{result="ok"\} [1-9]/m,
    /^nocturne_event_loop_delay_seconds_count\{thread="worker-0"\}/m,
    /^nocturne_event_loop_delay_seconds_count\{thread="main"\}/m,
    /^nocturne_job_runs_total\{job="data troubles",result="ok"\} [1-9]/m,
    /^nocturne_devices_assigned 1$/m,
    /^nocturne_sessions\{state="streaming"\} 1$/m,
    /^nocturne_sessions\{state="refused"\} 0$/m,
  ];
  const text = await vi.waitFor(
    async () => {
      const now = await page();
      for (const line of told) expect(now).toMatch(line);
      return now;
    },
    { timeout: 60_000, interval: 250 },
  );
  return new Set([...text.matchAll(/^# TYPE (nocturne_\w+) /gm)].map(([, name]) => name!));
}

test('each metric of a node is explained, and none that there is not', {
  timeout: 150_000,
}, async () => {
  const [there, explained] = [await shown(), await documented()];
  expect([...there].filter((name) => !explained.has(name))).toEqual([]);
  expect([...explained].filter((name) => !there.has(name))).toEqual([]);
});
