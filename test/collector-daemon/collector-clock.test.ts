import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { startSimulator } from '../../simulator/simulator-service.ts';
import { startDaemon } from '../support/daemon.ts';
import { testDatabase } from '../support/database.ts';
import { operationsAs, testServices } from '../support/operation-client.ts';

const skew = path.join(import.meta.dirname, '../support/skewed-clock.mjs');

test.each([
  [2, '2.0 h ahead of'],
  [-2, '2.0 h behind'],
])(
  'a machine whose clock is %i h off is told, and nothing goes by its clock',
  async (hours, side) => {
    await using db = await testDatabase();
    await using services = testServices(db);
    await using simulator = await startSimulator({ count: 1, spines: 0 });
    await operationsAs(services, 'admin').device.add({
      name: 'leaf-01',
      endpoint: { address: '127.0.0.1', port: simulator.targets[0]!.port, tlsMode: 'plaintext' },
    });
    const { rows: begun } = await db.pool.query<{ at: number }>('select clock_timestamp() as at');
    await using daemon = await startDaemon(db.url, 'node-a', {
      NODE_OPTIONS: `--import=${skew}`,
      SKEW_MS: String(hours * 3_600_000),
    });
    await daemon.line(`this machine's clock is ${side} the database's`);
    await vi.waitFor(
      async () => {
        const { rowCount } = await db.pool.query(
          `select 1 from telemetry_session where state = 'streaming' and last_update_at is not null`,
        );
        expect(rowCount).toBe(1);
        const clock = await db.pool.query(`select 1 from event where kind = 'clock'`);
        expect(clock.rowCount).toBe(1);
      },
      { timeout: 20_000, interval: 50 },
    );
    expect(await daemon.stop()).toBe(0);
    // A second for what was measured over a round trip.
    const { rows } = await db.pool.query(
      `with said (what, at) as (
         select 'event', time from event where kind <> 'audit'
         union all select 'session', since from telemetry_session
         union all select 'update', last_update_at from telemetry_session
         union all select 'gap', from_time from gap
         union all select 'gap end', to_time from gap where to_time is not null)
       select what, at from said
       where at > clock_timestamp() + interval '1 s' or at < to_timestamp($1::float8 / 1000) - interval '1 s'`,
      [begun[0]!.at],
    );
    expect(rows).toEqual([]);
    const { rows: samples } = await db.pool.query(
      `select count(*) filter (where quality & 16 <> 0)::int as faults, count(*) > 0 as any,
         count(*) filter (where time > clock_timestamp())::int as future from sample`,
    );
    expect(samples).toEqual([{ faults: 0, any: true, future: 0 }]);
  },
);
