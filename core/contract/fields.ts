/** Field schemas that several operations share. Times are ms since the epoch unless the name says otherwise. */
import { z } from 'zod';
import type { DeviceId, EndpointId, SeriesId, Uuid } from '../id.ts';
import { seriesKinds } from '../telemetry/series.ts';
import { unitCodes } from '../telemetry/unit.ts';

/** Branded in the types alone: what a transform makes has no place in the OpenAPI document. */
const uuid = z.uuid().toLowerCase();
export const uuidField = uuid as unknown as z.ZodType<Uuid, string>;
export const deviceIdField = uuid as unknown as z.ZodType<DeviceId, string>;
export const endpointIdField = uuid as unknown as z.ZodType<EndpointId, string>;
export const seriesIdField = z.int().nonnegative() as unknown as z.ZodType<SeriesId, number>;
export const timeMsField = z.number().describe('ms since the Unix epoch');
export const unitField = z.enum(unitCodes);
export const seriesKindField = z.enum(seriesKinds);

/** Names people give: any script, no control characters, no white space at the ends. */
export const nameField = z
  .string()
  .trim()
  .min(1)
  .max(255)
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not hold control characters');

export const tagsField = z.record(z.string().min(1).max(64), z.string().max(255));
