/** Operations about the program itself. */
import type { Status } from '../../core/contract/system.ts';
import { isAnswering } from '../store/connection/database-pulse.ts';
import { listEvents } from '../store/operating/event.ts';
import { listNodes } from '../store/operating/node.ts';
import { listSites } from '../store/inventory/site.ts';
import { countStreaming } from '../store/operating/telemetry-session.ts';
import type { OperationServices } from './context.ts';
import { gated } from './gate.ts';
import { loginOperations } from './login.ts';
import { storageOperations } from './storage.ts';

export const systemOperations = {
  ...loginOperations,
  ...storageOperations,
  health: gated.system.health.handler(async ({ context }) => {
    const { pool, node } = context.services;
    const database = (await isAnswering(pool)) ? ('connected' as const) : ('unreachable' as const);
    const status = database === 'connected' ? ('ok' as const) : ('degraded' as const);
    return { status, version: node.version, node: node.node, role: node.role, database };
  }),
  status: gated.system.status.handler(({ context }) =>
    completed(context.services, context.services.live.status()),
  ),
  watchStatus: gated.system.watchStatus.handler(({ context, signal }) =>
    watchStatus(context.services, signal ?? new AbortController().signal),
  ),
  nodes: gated.system.nodes.handler(({ context }) => listNodes(context.services.pool)),
  events: gated.system.events.handler(({ context, input }) =>
    listEvents(context.services.pool, input),
  ),
  sites: gated.system.sites.handler(({ context }) => listSites(context.services.pool)),
};

async function* watchStatus(
  services: OperationServices,
  signal: AbortSignal,
): AsyncGenerator<Status> {
  for await (const status of services.live.watchStatus(signal)) {
    yield await completed(services, status);
  }
}

/** The live source's status with what only the database knows. */
async function completed(services: OperationServices, status: Status): Promise<Status> {
  const { pool, node } = services;
  const devices = await countStreaming(pool).catch(() => null);
  return {
    ...status,
    cluster: node.cluster,
    database: devices === null ? 'unreachable' : 'connected',
    // Unknown devices are not zero streaming ones, but the console shows the database's state beside it.
    devices: devices ?? { total: status.devices.total, streaming: 0 },
  };
}
