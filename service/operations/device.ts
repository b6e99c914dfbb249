/** Operations on devices. */
import type { z } from 'zod';
import type { connectionTestInput } from '../../core/contract/device.ts';
import type { DeviceId } from '../../core/id.ts';
import { type ConnectionTestRequest, insertConnectionTest } from '../store/operating/command.ts';
import type { Queryable } from '../store/connection/queryable.ts';
import type { SecretBox } from '../store/secret/sealed-secret.ts';
import { heldSecrets, readStoredSecrets } from '../store/secret/credential.ts';
import { gnmiEndpoint } from '../store/secret/secret-place.ts';
import { readEndpoint } from '../store/inventory/device-endpoint.ts';
import { listDevices, readDeviceDetail } from '../store/inventory/device.ts';
import { type DeviceSessions, listSessions } from '../store/operating/telemetry-session.ts';
import { transaction } from '../store/connection/transaction.ts';
import { writeAudit } from '../store/people/audit.ts';
import { actorName } from './actor-name.ts';
import { changes } from './changes.ts';
import type { OperationServices } from './context.ts';
import { addDevice, changeDevice, retireDevice } from './device-changes.ts';
import { checkSecretsStay, givenSecrets, openFields } from './endpoint-input.ts';
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
    const actor = actorName(context.actor);
    const commandId = await transaction(pool, async (db) => {
      const tried = await triedEndpoint(db, secrets, input);
      const { endpoint } = tried;
      const test = { ...tried, requestedBy: actor, deadlineMs: connectionTestMs };
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

/** What a connection test needs. @throws ADDRESS_INVALID, INPUT_INVALID */
async function triedEndpoint(
  db: Queryable,
  box: SecretBox,
  input: z.output<typeof connectionTestInput>,
): Promise<Pick<ConnectionTestRequest, 'endpoint' | 'given' | 'stored'>> {
  const known = input.deviceId === undefined ? null : await readEndpoint(db, input.deviceId);
  const fields = openFields(input.endpoint, known);
  const given = givenSecrets(input.endpoint);
  const stored =
    known === null || known.credentialId === null
      ? null
      : await readStoredSecrets(db, known.credentialId);
  if (known !== null && stored !== null) {
    const held = heldSecrets(box, stored, gnmiEndpoint(known));
    checkSecretsStay(given, { before: known, after: fields, held });
  }
  return { endpoint: fields, given, stored };
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
