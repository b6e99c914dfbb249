/** Puts the simulated devices and this machine into the inventory, or brings their addresses up to date. */
import type { RouterClient } from '@orpc/server';
import type { Device } from '../../core/contract/device.ts';
import type { operationRouter } from '../../service/operations/router.ts';
import type { SimulatedTarget } from '../../simulator/simulator-service.ts';

export const demoSite = 'demo';
/** Marks the devices that the demo looks after; others are never touched. */
const demoTag = { origin: 'demo' };

/** Answers how many were added. A demo device that was removed by hand stays removed. */
export async function enterDemoDevices(
  client: RouterClient<typeof operationRouter>,
  targets: readonly SimulatedTarget[],
  addedBefore: readonly string[],
): Promise<readonly string[]> {
  const { devices } = await client.device.list({ limit: 50_000 });
  const known = new Map(devices.map((device) => [device.name, device]));
  const added: string[] = [];
  for (const target of targets) {
    const device = known.get(target.name);
    if (device !== undefined) await follow(client, device, target);
    else if (!addedBefore.includes(target.name)) {
      await client.device.add({
        name: target.name,
        site: demoSite,
        tags: { ...demoTag, role: target.role },
        endpoint: { address: '127.0.0.1', port: target.port, tlsMode: 'plaintext' },
      });
      added.push(target.name);
    }
  }
  return added;
}

async function follow(
  client: RouterClient<typeof operationRouter>,
  device: Device,
  { port }: SimulatedTarget,
): Promise<void> {
  if (device.tags['origin'] !== demoTag.origin || device.endpoint?.port === port) return;
  await client.device.update({ id: device.id, endpoint: { port } });
}
