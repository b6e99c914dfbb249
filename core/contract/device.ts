/** Devices: the inventory, how each is reached, and how its sessions are doing. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { protocols } from '../inventory/protocol.ts';
import {
  deviceIdField,
  endpointIdField,
  nameField,
  tagsField,
  timeMsField,
  uuidField,
} from './fields.ts';
import { operation } from './operation.ts';

export const tlsModes = ['plaintext', 'skip-verify', 'verified', 'mutual'] as const;
export const adminStates = ['active', 'maintenance', 'inactive'] as const;

/** States of a telemetry session as people see them. */
export const sessionStates = [
  'idle',
  'connecting',
  'subscribing',
  'syncing',
  'streaming',
  'backing-off',
  'refused',
  'stopped',
] as const;
export type SessionStateName = (typeof sessionStates)[number];

const pem = z
  .string()
  .max(65_536)
  .regex(/-----BEGIN [A-Z0-9 ]+-----/, 'must be PEM text (-----BEGIN …-----)');

const portField = z.int().min(1).max(65_535);

/** Where and how a device is reached; secrets go in and never come out. */
export const endpointInput = z.object({
  address: z.string().trim().min(1).max(255).describe('host name, IPv4 or IPv6 address'),
  port: portField.default(57_400),
  tlsMode: z.enum(tlsModes).default('verified'),
  tlsName: z.string().max(255).optional().describe('name expected in the certificate'),
  tlsCaPem: pem.optional(),
  tlsCertificatePem: pem.optional(),
  tlsKeyPem: pem.optional(),
  username: z.string().max(255).optional(),
  password: z.string().max(1_024).optional(),
  requestTarget: z
    .string()
    .trim()
    .max(255)
    .refine((text) => text !== '*', 'must name one device: what several send cannot be told apart')
    .optional()
    .describe('gNMI prefix.target: which device behind a cache or proxy is meant; empty: none'),
  maxMessageBytes: z
    .int()
    .min(65_536)
    .max(1_073_741_824)
    .nullable()
    .optional()
    .describe('larger messages are refused; null: more than 64 MiB'),
});
export type EndpointInput = z.input<typeof endpointInput>;

/** What is left out stays as it is: `partial` alone would fill in the defaults of an addition. */
const endpointChange = endpointInput
  .extend({ port: portField, tlsMode: z.enum(tlsModes) })
  .partial();

/** Stands in place of what the device says of itself. */
const enteredFact = nameField.describe('in place of what the device says');

export const deviceInput = z.object({
  name: nameField,
  endpoint: endpointInput,
  platform: enteredFact.optional(),
  model: enteredFact.optional(),
  serial: enteredFact.optional(),
  site: nameField.optional(),
  tags: tagsField.default({}),
});

/** What is left out stays; null takes an entry back. */
export const deviceUpdate = z.object({
  id: deviceIdField,
  name: nameField.optional(),
  platform: enteredFact.nullable().optional(),
  model: enteredFact.nullable().optional(),
  serial: enteredFact.nullable().optional(),
  site: nameField.nullable().optional(),
  tags: tagsField.optional(),
  adminState: z.enum(adminStates).optional(),
  endpoint: endpointChange.optional(),
});

/** What a gNMI target says of itself in Capabilities. */
const gnmiTarget = z.object({
  protocol: z.literal('gnmi'),
  gnmiVersion: z.string(),
  encodings: z.array(z.string()),
  models: z.int(),
});

export const sessionStatus = z.object({
  state: z.enum(sessionStates),
  sinceMs: timeMsField,
  node: z.string().nullable().describe('owner'),
  synced: z.boolean(),
  lastError: z.string().nullable(),
  lastErrorAtMs: timeMsField.nullable(),
  connects: z.int(),
  updatesTotal: z.number(),
  updatesPerSecond: z.number(),
  lastUpdateAtMs: timeMsField.nullable(),
  lagMs: z.number().nullable().describe('receive time minus device time of the newest update'),
  target: z.discriminatedUnion('protocol', [gnmiTarget]).nullable(),
});
export type SessionStatus = z.infer<typeof sessionStatus>;

const said = z.string().nullable();

/** What a device says of itself in its telemetry; null where it does not say. */
export const reportedFacts = z.object({
  platform: said.describe('its operating system, or its maker where it does not name one'),
  vendor: said,
  model: said,
  serial: said,
  hardwareVersion: said,
  softwareVersion: said,
  hostname: said,
  bootedAtMs: timeMsField.nullable(),
});
export type ReportedFacts = z.infer<typeof reportedFacts>;

/** What a person entered counts; else what the device reported. Null: neither. */
const factSource = z.enum(['entered', 'reported']).nullable();

/** A subscribed path that the device's target does not take, with the target's own words. */
export const refusedPath = z.object({ path: z.string(), reason: z.string() });
export type RefusedPath = z.infer<typeof refusedPath>;

const shownEndpoint = z.object({
  address: z.string(),
  port: z.int(),
  tlsName: z.string().nullable(),
  hasCredential: z.boolean(),
  requestTarget: z.string().nullable(),
  maxMessageBytes: z.int().nullable(),
});

/** A way to the device, with the session that a collector holds over it. */
export const deviceEndpoint = shownEndpoint.extend({
  id: endpointIdField,
  protocol: z.enum(protocols),
  tlsMode: z.enum(tlsModes).nullable().describe('null where the protocol does not run over TLS'),
  asked: z.string().nullable().describe('in which way its target is asked, in words'),
  session: sessionStatus.nullable(),
});
export type DeviceEndpoint = z.infer<typeof deviceEndpoint>;

export const device = z.object({
  id: deviceIdField,
  name: z.string(),
  site: z.string().nullable(),
  platform: z.string().nullable(),
  model: z.string().nullable(),
  serial: z.string().nullable(),
  factSources: z
    .object({ platform: factSource, model: factSource, serial: factSource })
    .describe('who said the three above'),
  reported: reportedFacts.nullable().describe('null until the device has said anything'),
  tags: tagsField,
  adminState: z.enum(adminStates),
  endpoint: shownEndpoint
    .extend({ protocol: z.literal('gnmi'), tlsMode: z.enum(tlsModes) })
    .nullable()
    .describe('the first one for gNMI'),
  session: sessionStatus.nullable().describe('of the first endpoint that is collected'),
  endpoints: deviceEndpoint.array().describe('every way to the device, the first one first'),
  createdAtMs: timeMsField,
  retiredAtMs: timeMsField.nullable(),
});
export type Device = z.infer<typeof device>;

export const deviceDetail = device.extend({
  refusedPaths: refusedPath
    .array()
    .describe('subscribed paths that its target does not serve; the others are collected'),
});
export type DeviceDetail = z.infer<typeof deviceDetail>;

export const connectionTestInput = z.object({
  endpoint: endpointInput,
  deviceId: deviceIdField
    .optional()
    .describe('what the endpoint leaves out, secrets too, is taken from this device'),
});

const deviceRef = z.object({ id: deviceIdField });

export const deviceContract = {
  list: operation('viewer')
    .route({
      method: 'GET',
      path: '/devices',
      summary: 'All devices with the state of their sessions',
    })
    .input(
      z.object({
        site: z.string().optional(),
        search: z
          .string()
          .max(255)
          .optional()
          .describe('part of name, address, platform, model, serial or tag value'),
        limit: z.coerce.number().int().min(1).max(50_000).default(10_000),
      }),
    )
    .output(z.object({ devices: z.array(device), total: z.int() })),
  get: operation('viewer')
    .route({ method: 'GET', path: '/devices/{id}', summary: 'One device' })
    .input(deviceRef)
    .output(deviceDetail),
  add: operation('operator')
    .route({ method: 'POST', path: '/devices', successStatus: 201, summary: 'Adds a device' })
    .input(deviceInput)
    .output(device),
  update: operation('operator')
    .route({ method: 'PATCH', path: '/devices/{id}', summary: 'Changes a device' })
    .input(deviceUpdate)
    .output(device),
  remove: operation('operator')
    .route({ method: 'DELETE', path: '/devices/{id}', summary: 'Retires a device; its data stays' })
    .input(deviceRef)
    .output(device),
  restore: operation('operator')
    .route({ method: 'POST', path: '/devices/{id}/restore', summary: 'Undoes a removal' })
    .input(deviceRef)
    .output(device),
  /** Answers at once with the command's id; `command.watch` follows it. */
  testConnection: operation('operator')
    .route({ method: 'POST', path: '/devices/test', summary: 'Tries an endpoint, step by step' })
    .input(connectionTestInput)
    .output(z.object({ commandId: uuidField })),
  /** The session status of every device as it changes; starts with all of them. */
  watch: operation('viewer')
    .route({ method: 'GET', path: '/devices/watch', summary: 'Session states as they change' })
    .input(z.object({}).optional())
    .output(
      eventIterator(
        z
          .object({
            deviceId: deviceIdField,
            session: sessionStatus.nullable().describe('of the first endpoint that is collected'),
            endpoints: z
              .object({ endpointId: endpointIdField, session: sessionStatus.nullable() })
              .array(),
          })
          .array(),
      ),
    ),
};
