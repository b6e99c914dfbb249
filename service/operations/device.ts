/** Operations on devices. */
import type { DeviceId } from '../../core/id.ts';
import { insertConnectionTest } from '../store/operating/command.ts';
import { readCredential } from '../store/secret/credential.ts';
import { readEndpoint } from '../store/inventory/device-endpoint.ts';
import { listDevices, readDeviceDetail } from '../store/inventory/device.ts';
import { type DeviceSessions, listSessions } from '../store/operating/telemetry-session.ts';
import { transaction } from '../store/connection/transaction.ts';
import { writeAudit } from '../store/people/audit.ts';
import { actorName } from './actor-name.ts';
import { changes } from './changes.ts';
import type { OperationServices } from './context.ts';
import { addDevice, changeDevice, retireDevice } from './device-changes.ts';
import { type KnownEndpoint, targetEndpoint } from './endpoint-input.ts';
import { gated } from './gate.ts';

const connectionTestMs = 15_000;

export const deviceOperations = {
  list: gated.device.list.handler(({ context, input }) =>
    listDevices(context.services.pool, input),
  ),
  get: gated.device.get.handler(({ context, input }) =>
    readDeviceDetail(context.services.pool, input.id),
  ),
  add: gated.device.add.handler(({ context, input }) =>
    addDevice(context.services, actorName(context.actor), input),
  ),
  update: gated.device.update.handler(({ context, input }) =>
    changeDevice(context.services, actorName(context.actor), input),
  ),
  remove: gated.device.remove.handler(({ context, input }) =>
    retireDevice(context.services, actorName(context.actor), { id: input.id, retired: true }),
  ),
  restore: gated.device.restore.handler(({ context, input }) =>
    retireDevice(context.services, actorName(context.actor), { id: input.id, retired: false }),
  ),
  testConnection: gated.device.testConnection.handler(async ({ context, input }) => {
    const { pool, secrets } = context.services;
    const known =
      input.deviceId === undefined ? null : await knownEndpoint(context.services, input.deviceId);
    const endpoint = targetEndpoint(input.endpoint, known);
    const actor = actorName(context.actor);
    const commandId = await transaction(pool, async (db) => {
      const test = { endpoint, requestedBy: actor, deadlineMs: connectionTestMs };
      const id = await insertConnectionTest(db, secrets, test);
      await writeAudit(db, {
        actor,
        operation: 'device.testConnection',
        subjectKind: 'command',
        subjectId: id,
        before: null,
        after: { address: endpoint.address, port: endpoint.port, tlsMode: endpoint.tlsMode },
      });
      return id;
    });
    return { commandId };
  }),
  watch: gated.device.watch.handler(({ context, signal }) =>
    watchSessions(context.services, signal ?? new AbortController().signal),
  ),
};

async function knownEndpoint(
  { pool, secrets }: OperationServices,
  deviceId: DeviceId,
): Promise<KnownEndpoint | null> {
  const endpoint = await readEndpoint(pool, deviceId);
  if (endpoint === null) return null;
  const { id: _id, credentialId, ...fields } = endpoint;
  return {
    fields,
    secrets: credentialId === null ? null : await readCredential(pool, secrets, credentialId),
  };
}

/** First all sessions, then those that look different from what was last said, at most once a second. */
async function* watchSessions(
  { pool, listener }: OperationServices,
  signal: AbortSignal,
): AsyncGenerator<DeviceSessions[]> {
  const said = new Map<DeviceId, string>();
  let readAtMs = 0;
  const looks = changes(listener, {
    channels: ['nocturne_session', 'nocturne_inventory'],
    pollMs: 5_000,
    minGapMs: 1_000,
    signal,
  });
  for await (const _ of looks) {
    // Transactions that were open at the last look commit rows with an earlier time.
    const { reports, nowMs } = await listSessions(pool, Math.max(0, readAtMs - 10_000));
    const fresh = reports.filter((report) => {
      const text = JSON.stringify(report.endpoints);
      if (said.get(report.deviceId) === text) return false;
      said.set(report.deviceId, text);
      return true;
    });
    if (fresh.length > 0 || readAtMs === 0) yield fresh;
    readAtMs = nowMs;
  }
}
