/** Changes of the inventory: each is one transaction with its audit entry, made by one actor. */
import type { z } from 'zod';
import type { Device, deviceContract, deviceInput } from '../../core/contract/device.ts';
import { makeUuid, type DeviceId, type Uuid } from '../../core/id.ts';
import { NocturneError } from '../../core/errors.ts';
import { writeAudit } from '../store/people/audit.ts';
import { insertCredential, readCredential, updateCredential } from '../store/secret/credential.ts';
import {
  insertEndpoint,
  readEndpoint,
  updateEndpoint,
} from '../store/inventory/device-endpoint.ts';
import {
  insertDevice,
  lockDevice,
  readDevice,
  setRetired,
  updateDevice,
} from '../store/inventory/device.ts';
import { insertEvents } from '../store/operating/event.ts';
import type { Queryable } from '../store/connection/queryable.ts';
import { ensureSite } from '../store/inventory/site.ts';
import { transaction } from '../store/connection/transaction.ts';
import type { OperationServices } from './context.ts';
import {
  changesSecrets,
  checkPasswordStays,
  type EndpointChange,
  movesPassword,
  openFields,
  secretsAfter,
} from './endpoint-input.ts';

export type DeviceUpdate = z.output<(typeof deviceContract.update)['~orpc']['inputSchema'] & {}>;
export type DeviceInput = z.output<typeof deviceInput>;

export function addDevice(
  services: OperationServices,
  actor: string,
  input: DeviceInput,
): Promise<Device> {
  const fields = openFields(input.endpoint, null);
  return transaction(
    services.pool,
    async (db) => {
      const id = makeUuid<DeviceId>(services.clock);
      const siteId = input.site === undefined ? null : await ensureSite(db, input.site);
      const { name, tags, platform, model, serial } = input;
      await insertDevice(db, { id, name, siteId, tags, platform, model, serial });
      const credentialId = await sealSecrets(db, services, {
        name: input.name,
        change: input.endpoint,
        currentId: null,
      });
      await insertEndpoint(db, id, { ...fields, credentialId });
      return recorded(db, services, { id, actor, operation: 'device.add', before: null });
    },
    { actor },
  );
}

export function changeDevice(
  services: OperationServices,
  actor: string,
  input: DeviceUpdate,
): Promise<Device> {
  return transaction(
    services.pool,
    async (db) => {
      const { id, endpoint, site, ...rest } = input;
      await lockDevice(db, id);
      const before = await readDevice(db, id);
      const siteId = typeof site === 'string' ? await ensureSite(db, site) : site;
      await updateDevice(db, id, { ...rest, siteId });
      if (endpoint !== undefined) {
        await changeEndpoint(db, services, { device: before, change: endpoint });
      }
      return recorded(db, services, { id, actor, operation: 'device.update', before });
    },
    { actor },
  );
}

export function retireDevice(
  services: OperationServices,
  actor: string,
  wanted: { id: DeviceId; retired: boolean },
): Promise<Device> {
  return transaction(
    services.pool,
    async (db) => {
      const { id, retired } = wanted;
      await lockDevice(db, id);
      const before = await readDevice(db, id);
      await setRetired(db, before, retired);
      const operation = retired ? 'device.remove' : 'device.restore';
      return recorded(db, services, { id, actor, operation, before });
    },
    { actor },
  );
}

async function changeEndpoint(
  db: Queryable,
  services: OperationServices,
  { device, change }: { device: Device; change: EndpointChange },
): Promise<void> {
  const current = await readEndpoint(db, device.id);
  if (current === null && change.address === undefined) {
    throw new NocturneError('INPUT_INVALID', `${device.name} has no endpoint yet: give an address`);
  }
  const fields = openFields(change, current);
  const currentId = current?.credentialId ?? null;
  const moves = current !== null && movesPassword(change, { before: current, after: fields });
  if (moves && currentId !== null) {
    const stored = await readCredential(db, services.secrets, currentId);
    if (typeof stored?.password === 'string') {
      checkPasswordStays(change, { before: current, after: fields });
    }
  }
  const credentialId = await sealSecrets(db, services, { name: device.name, change, currentId });
  if (current === null) await insertEndpoint(db, device.id, { ...fields, credentialId });
  else await updateEndpoint(db, current.id, { ...fields, credentialId });
}

/** Writes the secrets a change carries; answers the credential to use from now on. */
async function sealSecrets(
  db: Queryable,
  { secrets: box }: OperationServices,
  wanted: { name: string; change: EndpointChange; currentId: Uuid | null },
): Promise<Uuid | null> {
  const { name, change, currentId } = wanted;
  if (!changesSecrets(change)) return currentId;
  const complete = [change.username, change.password, change.tlsKeyPem].every(
    (one) => one !== undefined,
  );
  // A secret that does not open any more can still be replaced as a whole.
  const current = currentId === null || complete ? null : await readCredential(db, box, currentId);
  const secrets = secretsAfter(change, current);
  if (secrets === null) return currentId;
  if (currentId === null) return insertCredential(db, box, { name, secrets });
  await updateCredential(db, box, { id: currentId, secrets });
  return currentId;
}

/** Writes audit entry and event of a change; answers the device as it is now. */
async function recorded(
  db: Queryable,
  { clock }: OperationServices,
  change: { id: DeviceId; actor: string; operation: string; before: Device | null },
): Promise<Device> {
  const after = await readDevice(db, change.id);
  const { actor, operation } = change;
  await writeAudit(db, {
    actor,
    operation,
    subjectKind: 'device',
    subjectId: change.id,
    before: change.before === null ? null : inventoryOf(change.before),
    after: inventoryOf(after),
  });
  const verbs: Readonly<Record<string, string>> = {
    'device.add': 'added',
    'device.update': 'changed',
    'device.remove': 'removed',
    'device.restore': 'restored',
  };
  await insertEvents(db, [
    {
      timeMs: clock.nowMs(),
      kind: operation,
      severity: 'info',
      subject: after.name,
      detail: `${verbs[operation]} by ${actor}`,
    },
  ]);
  return after;
}

/** What people change: not the sessions' states, nor what the device says of itself. */
function inventoryOf({ session: _session, reported: _reported, factSources, ...device }: Device) {
  const entered = (fact: keyof typeof factSources) =>
    factSources[fact] === 'entered' ? device[fact] : null;
  return {
    ...device,
    endpoints: device.endpoints.map(({ session: _held, ...endpoint }) => endpoint),
    platform: entered('platform'),
    model: entered('model'),
    serial: entered('serial'),
  };
}
