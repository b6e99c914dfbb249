/** A collector with its devices, and a database that can be taken away from it. */
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { DeviceId } from '../../core/id.ts';
import { unitAt } from '../../simulator/random.ts';
import { sampled } from '../support/collection.ts';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { operationsAs, testServices } from '../support/operation-client.ts';
import { tcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { readAccounts } from './accounting.ts';
import { intervalMs, type LoadDevice, startLoadNetwork } from './load-network.ts';

const seed = 20_261_121;

export class Soak {
  readonly db: TestDatabase;
  readonly proxy: TcpProxy;
  readonly devices: readonly (LoadDevice & { readonly id: DeviceId })[];
  daemon: Daemon;
  /** When a device sent nothing of its own accord: the collector notices only what lasts one to two patiences. */
  readonly silences: { readonly device: string; readonly fromMs: number; readonly toMs: number }[] =
    [];
  #step = 0;

  constructor(parts: Pick<Soak, 'db' | 'proxy' | 'devices' | 'daemon'>) {
    this.db = parts.db;
    this.proxy = parts.proxy;
    this.devices = parts.devices;
    this.daemon = parts.daemon;
  }

  any(): LoadDevice {
    this.#step += 1;
    return this.devices[Math.floor(unitAt(seed, this.#step) * this.devices.length)]!;
  }

  /** In place of the one before, which has ended. */
  async start(): Promise<void> {
    await this.daemon[Symbol.asyncDispose]();
    this.daemon = await startDaemon(this.proxy.url, 'soak');
    await this.daemon.line('runs as both');
  }

  async origin(): Promise<string> {
    return /HTTP on (http:\S+?)["\s]/.exec(`${await this.daemon.line('HTTP on')} `)![1]!;
  }

  /** Once no device sends, everything received must have ended somewhere. */
  async accountsClose(): Promise<void> {
    const origin = await this.origin();
    for (const { target } of this.devices) target.state.mute();
    const deadlineMs = Date.now() + 10_000;
    for (;;) {
      const { received, settled } = await readAccounts(origin);
      if (received > 0 && received === settled) break;
      if (Date.now() > deadlineMs) {
        throw new Error(`${received} samples were received, where ${settled} went is known`);
      }
      await wait(500);
    }
    for (const { target } of this.devices) target.state.unmute();
  }
}

export async function beginSoak(stack: AsyncDisposableStack): Promise<Soak> {
  const db = stack.use(await testDatabase());
  const services = stack.use(testServices(db));
  const network = stack.use(await startLoadNetwork(4));
  const proxy = stack.use(await tcpProxy(db.url));
  const daemon = stack.use(await startDaemon(proxy.url, 'soak'));
  await daemon.line('runs as both');
  await db.pool.query('update subscription set paths = $1', [
    JSON.stringify([sampled('/interfaces/interface/state/counters', intervalMs)]),
  ]);
  const client = operationsAs(services, 'admin');
  const devices: (LoadDevice & { id: DeviceId })[] = [];
  for (const device of network.devices) {
    const endpoint = {
      address: '127.0.0.1',
      port: device.target.port,
      tlsMode: 'plaintext',
    } as const;
    const { id } = await client.device.add({ name: device.name, endpoint });
    devices.push({ ...device, id });
  }
  const soak = new Soak({ db, proxy, devices, daemon });
  stack.defer(() => soak.daemon[Symbol.asyncDispose]());
  return soak;
}

/** Resident memory in bytes; null where there is no /proc. */
export async function residentBytes({ pid }: Daemon): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kib === undefined ? null : Number(kib) * 1_024;
}
