/** What collectors must know of the inventory: every device to be collected, with secrets opened. */
import { createHash } from 'node:crypto';
import { sentenceOf } from '../../../core/errors.ts';
import type { Epoch, Uuid } from '../../../core/id.ts';
import type {
  CollectionTarget,
  GnmiEndpoint,
  PathSubscription,
  SessionOwner,
} from '../../../core/inventory/collection-target.ts';
import { collectedProtocols, type CollectedProtocol } from '../../../core/inventory/protocol.ts';
import type { Queryable } from '../connection/queryable.ts';
import { OpenedSecrets } from '../secret/opened-secrets.ts';
import { noSecrets, type SecretBox, type Secrets } from '../secret/sealed-secret.ts';
import { listSubscriptions, type Subscription } from './subscription.ts';

export interface LoadedTargets {
  readonly targets: readonly CollectionTarget[];
  readonly refused: readonly RefusedTarget[];
}

/** An endpoint that cannot be collected, for example because its credential does not open. */
export interface RefusedTarget extends SessionOwner {
  readonly deviceName: string;
  readonly problem: string;
}

interface TargetRow extends SessionOwner, Omit<GnmiEndpoint, keyof Secrets> {
  readonly deviceName: string;
  readonly siteId: Uuid | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly protocol: CollectedProtocol;
  readonly learnt: CollectionTarget['learnt'];
  readonly credentialId: Uuid | null;
  readonly sealed: Buffer | null;
}

/** Of who only looks: nothing is stored under it. */
const nobodys = 0 as Epoch;

export interface LoadOptions {
  /** Of the turn to collect, which all devices go with until each has an owner. */
  readonly epoch?: Epoch;
  /** By earlier calls, for whoever calls again and again. */
  readonly opened?: OpenedSecrets;
}

/**
 * All living devices that are not `inactive`, once for each protocol that a collector speaks and they have an endpoint
 * of; those in maintenance are collected too, only their alarms are quiet. Of several endpoints of one protocol the first
 * by position is used: both would tell the same leaves, and no delta would be right.
 */
export async function loadTargets(
  db: Queryable,
  box: SecretBox,
  { epoch = nobodys, opened = new OpenedSecrets() }: LoadOptions = {},
): Promise<LoadedTargets> {
  const subscriptions = (await listSubscriptions(db)).filter(({ enabled }) => enabled);
  opened.beginRound();
  const targets: CollectionTarget[] = [];
  const refused: RefusedTarget[] = [];
  for (const row of await selectTargets(db)) {
    await opened.letOthers();
    try {
      targets.push({ ...targetOf(row, secretsOf(row, box, opened), subscriptions), epoch });
    } catch (error) {
      const { deviceId, endpointId, deviceName } = row;
      refused.push({ deviceId, endpointId, deviceName, problem: sentenceOf(error) });
    }
  }
  return { targets, refused };
}

async function selectTargets(db: Queryable): Promise<TargetRow[]> {
  const { rows } = await db.query<TargetRow>(
    `select distinct on (device.id, endpoint.protocol)
       device.id as "deviceId", device.name as "deviceName", device.site_id as "siteId", device.tags,
       endpoint.id as "endpointId", endpoint.protocol, endpoint.address, endpoint.port,
       endpoint.tls_mode as "tlsMode", endpoint.tls_name as "tlsName",
       endpoint.tls_ca_pem as "tlsCaPem", endpoint.tls_certificate_pem as "tlsCertificatePem",
       endpoint.request_target as "requestTarget", endpoint.max_message_bytes as "maxMessageBytes",
       credential.id as "credentialId", credential.sealed, session.detail -> 'learnt' as learnt
     from device
     join device_endpoint endpoint on endpoint.device_id = device.id
       and endpoint.protocol = any($1::text[]) and endpoint.retired_at is null
     left join credential on credential.id = endpoint.credential_id and credential.retired_at is null
     left join endpoint_session session
       on session.device_id = device.id and session.endpoint_id = endpoint.id
     where device.retired_at is null and device.admin_state <> 'inactive'
     order by device.id, endpoint.protocol, endpoint.position, endpoint.id`,
    [collectedProtocols],
  );
  return rows;
}

function secretsOf(row: TargetRow, box: SecretBox, opened: OpenedSecrets): Secrets {
  const { credentialId, sealed } = row;
  if (credentialId === null || sealed === null) return noSecrets;
  return opened.open(box, { id: credentialId, sealed }, row);
}

function targetOf(
  row: TargetRow,
  secrets: Secrets,
  subscriptions: readonly Subscription[],
): Omit<CollectionTarget, 'epoch'> {
  const facts = {
    deviceId: row.deviceId,
    deviceName: row.deviceName,
    endpointId: row.endpointId,
    protocol: row.protocol,
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
      requestTarget: row.requestTarget,
      maxMessageBytes: row.maxMessageBytes,
    },
    subscriptions: pathsFor(row, subscriptions),
  };
  const revision = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32);
  return { ...facts, revision, learnt: row.learnt };
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
  const { protocol, deviceIds, tags, siteId } = subscription;
  if (protocol !== row.protocol) return false;
  if (deviceIds !== null && !deviceIds.includes(row.deviceId)) return false;
  if (siteId !== null && siteId !== row.siteId) return false;
  return Object.entries(tags ?? {}).every(([name, value]) => row.tags[name] === value);
}
