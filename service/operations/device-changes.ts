/** Changes of the inventory: each is one transaction with its audit entry, made by one actor. */
import type { z } from 'zod';
import type { Device, deviceContract, deviceInput } from '../../core/contract/device.ts';
import { makeUuid, type DeviceId, type Uuid } from '../../core/id.ts';
import { NocturneError } from '../../core/errors.ts';
import { writeAudit } from '../store/people/audit.ts';
import {
  changeCredential,
  heldSecrets,
  insertCredential,
  readStoredSecrets,
  type StoredSecrets,
} from '../store/secret/credential.ts';
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
import { findSealer } from '../store/secret/sealer.ts';
import type { GivenSecrets } from '../store/secret/sealed-secret.ts';
import { gnmiEndpoint, type SecretEndpoint } from '../store/secret/secret-place.ts';
import { ensureSite } from '../store/inventory/site.ts';
import { transaction } from '../store/connection/transaction.ts';
import type { OperationServices } from './context.ts';
import {
  checkSecretsStay,
  type EndpointChange,
  givenSecrets,
  openFields,
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
      const credentialId = await sealGiven(db, services, {
        name: input.name,
        given: givenSecrets(input.endpoint),
        stored: null,
        endpoint: gnmiEndpoint(fields),
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
  const given = givenSecrets(change);
  const storedId = current?.credentialId ?? null;
  const stored = storedId === null ? null : await readStoredSecrets(db, storedId);
  if (current !== null && stored !== null) {
    const held = heldSecrets(services.secrets, stored, gnmiEndpoint(current));
    checkSecretsStay(given, { before: current, after: fields, held });
  }
  const wanted = { name: device.name, given, stored, endpoint: gnmiEndpoint(fields) };
  const credentialId = await sealGiven(db, services, wanted);
  if (current === null) await insertEndpoint(db, device.id, { ...fields, credentialId });
  else await updateEndpoint(db, current.id, { ...fields, credentialId });
}

/** Writes the secrets that are given; answers the credential to use from now on. */
async function sealGiven(
  db: Queryable,
  { secrets: box }: OperationServices,
  wanted: {
    name: string;
    given: GivenSecrets;
    stored: StoredSecrets | null;
    endpoint: SecretEndpoint;
  },
): Promise<Uuid | null> {
  const { name, given, stored, endpoint } = wanted;
  if (Object.keys(given).length === 0) return stored?.id ?? null;
  const sealer = await findSealer(db, box);
  if (stored === null) return insertCredential(db, sealer, { name, secrets: given, endpoint });
  await changeCredential(db, { sealer, box }, { stored, given, endpoint });
  return stored.id;
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
    endpoints: device.endpoints.map(({ session: _held, asked: _asked, ...endpoint }) => endpoint),
    platform: entered('platform'),
    model: entered('model'),
    serial: entered('serial'),
  };
}
