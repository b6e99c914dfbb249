import { expect, test } from 'vitest';
import { startHttpServer } from '../../../collector-daemon/api/http-server.ts';
import { NodeMetrics } from '../../../collector-daemon/metrics.ts';
import { showConnections, showProgram } from '../../../collector-daemon/node-facts.ts';
import { testDatabase } from '../../support/database.ts';
import { testServices } from '../../support/operation-client.ts';

/** Of the default metrics of the client library, process and runtime: theirs is another convention. */
const ours = /^nocturne_/;

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
}

function familiesOf(page: string): Family[] {
  return [...page.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)$/gm)].map(
    ([, name = '', help = '', type = '']) => ({ name, help, type }),
  );
}

test('the metrics page keeps to names and units, and counts by route', async () => {
  await using db = await testDatabase();
  await using services = testServices(db);
  const metrics = new NodeMetrics();
  showProgram(metrics.registry, { version: '0.1.0', role: 'both' });
  showConnections(metrics.registry, db.pool);
  metrics.counter('nocturne_feed_frames_lost_total', 'Frames', () => 7);
  await using server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    cookieName: 'nocturne_session_test',
    secure: false,
    consoleFolder: null,
    servicesFor: () => services,
    metrics: metrics.registry,
    unready: () => [],
    failed: () => {},
  });
  const get = async (path: string) => fetch(`http://127.0.0.1:${server.port}${path}`);
  for (const path of ['/health', '/nowhere/1', '/nowhere/2?x=3', '/api/devices', '/api/me']) {
    await (await get(path)).text();
  }
  await (await get('/metrics')).text();
  const page = await (await get('/metrics')).text();

  const families = familiesOf(page).filter(({ name }) => ours.test(name));
  expect(families.length).toBeGreaterThan(15);
  expect(families.filter(({ help }) => help.length < 5)).toEqual([]);
  expect(
    families.filter(({ name, type }) => name.endsWith('_total') !== (type === 'counter')),
  ).toEqual([]);
  // Twice read is not twice counted.
  expect(page).toContain('\nnocturne_feed_frames_lost_total 7\n');
  expect(page).toContain('\nnocturne_build_info{version="0.1.0",role="both"} 1\n');
  expect(page).toMatch(/\nnocturne_database_connections\{state="idle"\} \d+\n/);
  const requests = page.split('\n').filter((line) => line.startsWith('nocturne_http_requests_'));
  expect(requests).toEqual([
    'nocturne_http_requests_total{route="/health",status="200"} 1',
    'nocturne_http_requests_total{route="none",status="404"} 2',
    'nocturne_http_requests_total{route="/api/*",status="401"} 1',
    'nocturne_http_requests_total{route="/api/*",status="200"} 1',
    'nocturne_http_requests_total{route="/metrics",status="200"} 1',
  ]);
});
