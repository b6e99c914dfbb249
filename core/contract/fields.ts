/** Field schemas that several operations share. Times are ms since the epoch unless the name says otherwise. */
import { z } from 'zod';
import type { DeviceId, EndpointId, SeriesId, Uuid } from '../id.ts';
import { seriesKinds } from '../telemetry/series.ts';
import { unitCodes } from '../telemetry/unit.ts';

export const uuidField = z.uuid().transform((text) => text.toLowerCase() as Uuid);
export const deviceIdField = z.uuid().transform((text) => text.toLowerCase() as DeviceId);
export const endpointIdField = z.uuid().transform((text) => text.toLowerCase() as EndpointId);
export const seriesIdField = z
  .int()
  .nonnegative()
  .transform((id) => id as SeriesId);
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
