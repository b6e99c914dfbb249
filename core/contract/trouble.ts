/** Data of devices that is not stored as it was sent: what is wrong, since when, where, and the values set aside. */
import { z } from 'zod';
import { dataTroubleKinds } from '../telemetry/data-trouble.ts';
import { deviceIdField, timeMsField } from './fields.ts';
import { operation } from './operation.ts';

export const troubleExample = z.object({
  path: z.string().nullable().describe('null where it concerns no path'),
  value: z.string().nullable().describe('what the device said'),
  count: z.number(),
  firstAtMs: timeMsField,
  lastAtMs: timeMsField,
});

export const trouble = z.object({
  deviceId: deviceIdField,
  device: z.string().nullable().describe('name; null where the device is not known any more'),
  kind: z.string().describe(`${dataTroubleKinds.join(', ')}, or what a later collector knows`),
  beganAtMs: timeMsField,
  lastAtMs: timeMsField,
  overAtMs: timeMsField.nullable().describe('null while it goes on'),
  count: z.number().describe('samples, or notifications, since it began'),
  examples: troubleExample.array().describe('a few of the paths'),
  node: z.string().describe('the collector that says so'),
});
export type Trouble = z.infer<typeof trouble>;

export const quarantined = z.object({
  id: z.int(),
  deviceId: deviceIdField,
  device: z.string().nullable().describe('name; null where the device is not known'),
  path: z.string(),
  reason: z.string(),
  value: z.string().nullable(),
  timeMs: timeMsField.nullable().describe('of the newest; null where the time itself was refused'),
  recordedAtMs: timeMsField.describe('when the first came'),
  lastAtMs: timeMsField.describe('when the newest came'),
  count: z.int().describe('values alike within an hour'),
  node: z.string(),
});
export type Quarantined = z.infer<typeof quarantined>;

const part = z.string().trim().max(1_024).optional();

export const troubleContract = {
  list: operation('viewer')
    .route({
      method: 'GET',
      path: '/troubles',
      summary: 'What keeps data of devices from being stored as it was sent',
    })
    .input(
      z.object({
        deviceId: deviceIdField.optional(),
        kind: z.string().max(64).optional(),
        sinceMs: z.coerce.number().optional().describe('seen since then; default: the last day'),
        limit: z.coerce.number().int().min(1).max(5_000).default(1_000),
      }),
    )
    .output(z.object({ troubles: trouble.array(), total: z.int() })),
  quarantine: operation('viewer')
    .route({
      method: 'GET',
      path: '/quarantine',
      summary: 'Values that could not be stored, newest first',
    })
    .input(
      z.object({
        deviceId: deviceIdField.optional(),
        device: part.describe('part of the name'),
        path: part.describe('part of it'),
        reason: part.describe('part of it'),
        value: part.describe('part of it'),
        beforeId: z.coerce.number().int().positive().optional().describe('go on after this one'),
        limit: z.coerce.number().int().min(1).max(1_000).default(100),
      }),
    )
    .output(quarantined.array()),
};
