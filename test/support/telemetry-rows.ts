/** Puts devices, series and samples into a test database, without going through a collector. */
import { makeUuid, type DeviceId, type EndpointId, type SeriesId } from '../../core/id.ts';
import type { SessionOwner } from '../../core/inventory/collection-target.ts';
import { systemClock } from '../../core/time.ts';
import type { SeriesDefinition } from '../../core/telemetry/series.ts';
import type { DatabasePool } from '../../service/store/connection/pool.ts';
import { resolveSeries } from '../../service/store/reading/series.ts';
import { seriesDefinition } from './sample-batch.ts';

export async function addDeviceRow(pool: DatabasePool, name: string): Promise<DeviceId> {
  const id = makeUuid<DeviceId>(systemClock);
  await pool.query('insert into device (id, name) values ($1, $2)', [id, name]);
  return id;
}

/** A way to the device; the first one stands first. */
export async function addEndpointRow(
  pool: DatabasePool,
  deviceId: DeviceId,
  position = 0,
): Promise<EndpointId> {
  const id = makeUuid<EndpointId>(systemClock);
  await pool.query(
    `insert into device_endpoint (id, device_id, position, address, port, tls_mode)
     values ($1, $2, $3, '192.0.2.1', 57400, 'plaintext')`,
    [id, deviceId, position],
  );
  return id;
}

/** A device with one endpoint. */
export async function addOwner(pool: DatabasePool, name: string): Promise<SessionOwner> {
  const deviceId = await addDeviceRow(pool, name);
  return { deviceId, endpointId: await addEndpointRow(pool, deviceId) };
}

export async function addSeries(
  pool: DatabasePool,
  deviceId: DeviceId,
  path: string,
  rest: Partial<Pick<SeriesDefinition, 'kind' | 'unit'>> = {},
): Promise<SeriesId> {
  return (await resolveSeries(pool, [seriesDefinition(0, deviceId, path, rest)])).ids[0]!;
}

export interface SampleLine {
  readonly timeMs: number;
  readonly value: number;
  readonly delta?: number | null;
  readonly spanMs?: number | null;
}

export async function addSamples(
  pool: DatabasePool,
  seriesId: SeriesId,
  lines: readonly SampleLine[],
): Promise<void> {
  await pool.query(
    `insert into sample (time, series_id, value, delta, span_ms)
     select 'epoch'::timestamptz + ms * interval '1 ms', $1, value, delta, span_ms
     from unnest($2::float8[], $3::float8[], $4::float8[], $5::int[]) as line (ms, value, delta, span_ms)`,
    [
      seriesId,
      lines.map(({ timeMs }) => timeMs),
      lines.map(({ value }) => value),
      lines.map(({ delta }) => delta ?? null),
      lines.map(({ spanMs }) => spanMs ?? null),
    ],
  );
}
