/** What can go wrong, made to happen. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Soak } from './soak.ts';

/** By name; each ends with all as it was before. */
export type Troubles = Readonly<Record<string, (soak: Soak) => Promise<void>>>;

export const deviceTroubles: Troubles = {
  'a device refuses connections': async (soak) => {
    const { target } = soak.any();
    await target.front.refuse();
    await wait(5_000);
    await target.front.listen();
  },
  'a connection is half open': async (soak) => {
    const { target } = soak.any();
    target.front.freeze();
    await wait(25_000);
    target.front.cut();
    target.front.thaw();
  },
  'a device falls silent': async (soak) => {
    const { name, target } = soak.any();
    const fromMs = Date.now();
    target.state.mute();
    await wait(25_000);
    target.state.unmute();
    soak.silences.push({ device: name, fromMs, toMs: Date.now() });
  },
  'a device sends garbage': async (soak) => {
    const { target } = soak.any();
    const garbage = Buffer.from([0x0a, 0x7f, 0xff, 0xff]);
    target.state.garbage = garbage;
    for (const stream of target.state.streams) stream.writeRaw(garbage);
    await wait(3_000);
    target.state.garbage = null;
  },
};

export const databaseTroubles: Troubles = {
  'the database is away': async (soak) => {
    await soak.proxy.close();
    await wait(12_000);
    await soak.proxy.open();
  },
  'the database ends every connection': async ({ db }) => {
    await db.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name like 'nocturne%'`,
    );
  },
  'a device breaks while the database is away': async (soak) => {
    const { target } = soak.any();
    await soak.proxy.close();
    await wait(3_000);
    await target.front.refuse();
    await wait(4_000);
    await target.front.listen();
    await wait(4_000);
    await soak.proxy.open();
  },
};

export const collectorTroubles: Troubles = {
  'the collector is stopped': async (soak) => {
    const code = await soak.daemon.stop();
    if (code !== 0) throw new Error(`the collector ended with ${code}`);
    await wait(3_000);
    await soak.start();
  },
  'the collector is killed': async (soak) => {
    await soak.daemon.kill();
    await wait(3_000);
    await soak.start();
  },
  'the collector is stopped while the database is away': async (soak) => {
    await soak.proxy.close();
    await wait(4_000);
    await soak.daemon.stop();
    await soak.proxy.open();
    await soak.start();
  },
};
