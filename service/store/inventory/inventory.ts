/** What collectors must know of the inventory: every device to be collected, with secrets opened. */
import { createHash } from 'node:crypto';
import { sentenceOf } from '../../../core/errors.ts';
import type { DeviceId, EndpointId, Epoch, Uuid } from '../../../core/id.ts';
import type {
  CollectionTarget,
  PathSubscription,
  TargetEndpoint,
} from '../../../core/inventory/collection-target.ts';
import { openCredential, type CredentialSecrets } from '../secret/credential.ts';
import type { Queryable } from '../connection/queryable.ts';
import type { SecretBox } from '../secret/sealed-secret.ts';
import { listSubscriptions, type Subscription } from './subscription.ts';

export interface LoadedTargets {
  readonly targets: readonly CollectionTarget[];
  /** Devices that cannot be collected, for example because their credential does not open. */
  readonly refused: readonly { deviceId: DeviceId; deviceName: string; problem: string }[];
}

interface TargetRow extends Omit<TargetEndpoint, keyof CredentialSecrets> {
  readonly deviceId: DeviceId;
  readonly deviceName: string;
  readonly siteId: Uuid | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly endpointId: EndpointId;
  readonly credentialId: Uuid | null;
  readonly sealed: Buffer | null;
}

/** Of who only looks: nothing is stored under it. */
const nobodys = 0 as Epoch;

const noSecrets: CredentialSecrets = { username: null, password: null, tlsKeyPem: null };

/**
 * All living devices that are not `inactive` and have a gNMI endpoint; those in maintenance are collected too, only
 * their alarms are quiet. The first endpoint by position is used.
 * @param epoch of the turn to collect, which all devices go with until each has an owner
 */
export async function loadTargets(
  db: Queryable,
  box: SecretBox,
  epoch: Epoch = nobodys,
): Promise<LoadedTargets> {
  const subscriptions = (await listSubscriptions(db)).filter(
    ({ protocol, enabled }) => protocol === 'gnmi' && enabled,
  );
  const targets: CollectionTarget[] = [];
  const refused: { deviceId: DeviceId; deviceName: string; problem: string }[] = [];
  for (const row of await selectTargets(db)) {
    try {
      targets.push({ ...targetOf(row, box, subscriptions), epoch });
    } catch (error) {
      const { deviceId, deviceName } = row;
      refused.push({ deviceId, deviceName, problem: sentenceOf(error) });
    }
  }
  return { targets, refused };
}

async function selectTargets(db: Queryable): Promise<TargetRow[]> {
  const { rows } = await db.query<TargetRow>(
    `select distinct on (device.id)
       device.id as "deviceId", device.name as "deviceName", device.site_id as "siteId", device.tags,
       endpoint.id as "endpointId", endpoint.address, endpoint.port, endpoint.tls_mode as "tlsMode",
       endpoint.tls_name as "tlsName", endpoint.tls_ca_pem as "tlsCaPem",
       endpoint.tls_certificate_pem as "tlsCertificatePem",
       credential.id as "credentialId", credential.sealed
     from device
     join device_endpoint endpoint on endpoint.device_id = device.id
       and endpoint.protocol = 'gnmi' and endpoint.retired_at is null
     left join credential on credential.id = endpoint.credential_id and credential.retired_at is null
     where device.retired_at is null and device.admin_state <> 'inactive'
     order by device.id, endpoint.position`,
  );
  return rows;
}

function targetOf(
  row: TargetRow,
  box: SecretBox,
  subscriptions: readonly Subscription[],
): Omit<CollectionTarget, 'epoch'> {
  const secrets =
    row.credentialId === null || row.sealed === null
      ? noSecrets
      : openCredential(box, row.credentialId, row.sealed);
  const facts = {
    deviceId: row.deviceId,
    deviceName: row.deviceName,
    endpointId: row.endpointId,
    endpoint: {
      address: row.address,
      port: row.port,
      tlsMode: row.tlsMode,
      tlsName: row.tlsName,
      tlsCaPem: row.tlsCaPem,
      tlsCertificatePem: row.tlsCertificatePem,
      tlsKeyPem: secrets.tlsKeyPem,
      username: secrets.username,
      password: secrets.password,
    },
    subscriptions: pathsFor(row, subscriptions),
  };
  const revision = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32);
  return { ...facts, revision };
}

/** Every path once a mode; where two profiles ask for the same, the shorter interval wins. */
function pathsFor(row: TargetRow, subscriptions: readonly Subscription[]): PathSubscription[] {
  const wanted = new Map<string, PathSubscription>();
  for (const path of subscriptions
    .filter((one) => appliesTo(one, row))
    .flatMap((one) => one.paths)) {
    const key = `${path.mode} ${path.path}`;
    const other = wanted.get(key);
    if (other === undefined || path.sampleIntervalMs < other.sampleIntervalMs)
      wanted.set(key, path);
  }
  return [...wanted.values()];
}

/** All selectors that a subscription has must hold; one without any is for every device. */
function appliesTo(subscription: Subscription, row: TargetRow): boolean {
  const { deviceIds, tags, siteId } = subscription;
  if (deviceIds !== null && !deviceIds.includes(row.deviceId)) return false;
  if (siteId !== null && siteId !== row.siteId) return false;
  return Object.entries(tags ?? {}).every(([name, value]) => row.tags[name] === value);
}
