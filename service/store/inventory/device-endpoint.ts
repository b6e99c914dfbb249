/** How a device is reached. Each device has one endpoint for gNMI now; the table allows several. */
import type { tlsModes } from '../../../core/contract/device.ts';
import { makeUuid, type DeviceId, type EndpointId, type Uuid } from '../../../core/id.ts';
import { systemClock } from '../../../core/time.ts';
import type { Queryable } from '../connection/queryable.ts';

export interface EndpointFields {
  readonly address: string;
  readonly port: number;
  readonly tlsMode: (typeof tlsModes)[number];
  readonly tlsName: string | null;
  readonly tlsCaPem: string | null;
  readonly tlsCertificatePem: string | null;
  readonly credentialId: Uuid | null;
  readonly requestTarget: string | null;
  readonly maxMessageBytes: number | null;
}

export interface Endpoint extends EndpointFields {
  readonly id: EndpointId;
}

const columns = `id, address, port, tls_mode as "tlsMode", tls_name as "tlsName",
  tls_ca_pem as "tlsCaPem", tls_certificate_pem as "tlsCertificatePem", credential_id as "credentialId",
  request_target as "requestTarget", max_message_bytes as "maxMessageBytes"`;

/** The first living gNMI endpoint. */
export async function readEndpoint(db: Queryable, deviceId: DeviceId): Promise<Endpoint | null> {
  const { rows } = await db.query<Endpoint>(
    `select ${columns} from device_endpoint
     where device_id = $1 and protocol = 'gnmi' and retired_at is null order by position limit 1`,
    [deviceId],
  );
  return rows[0] ?? null;
}

export async function insertEndpoint(
  db: Queryable,
  deviceId: DeviceId,
  fields: EndpointFields,
): Promise<void> {
  await db.query(
    `insert into device_endpoint (id, device_id, address, port, tls_mode, tls_name, tls_ca_pem,
       tls_certificate_pem, credential_id, request_target, max_message_bytes)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [makeUuid(systemClock), deviceId, ...valuesOf(fields)],
  );
}

export async function updateEndpoint(
  db: Queryable,
  id: EndpointId,
  fields: EndpointFields,
): Promise<void> {
  await db.query(
    `update device_endpoint set address = $2, port = $3, tls_mode = $4, tls_name = $5,
       tls_ca_pem = $6, tls_certificate_pem = $7, credential_id = $8, request_target = $9,
       max_message_bytes = $10
     where id = $1`,
    [id, ...valuesOf(fields)],
  );
}

function valuesOf(fields: EndpointFields): unknown[] {
  return [
    fields.address,
    fields.port,
    fields.tlsMode,
    fields.tlsName,
    fields.tlsCaPem,
    fields.tlsCertificatePem,
    fields.credentialId,
    fields.requestTarget,
    fields.maxMessageBytes,
  ];
}
