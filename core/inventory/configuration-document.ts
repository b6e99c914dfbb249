/**
 * The configuration as one JSON document: what `nocturne export` writes and `nocturne import` reads. Ids are kept, so a
 * device finds its data again. Secrets are in it only as sealed; whoever imports needs the same master keys to use them.
 */
import { z } from 'zod';
import { adminStates, tlsModes } from '../contract/device.ts';
import { nameField, tagsField } from '../contract/fields.ts';
import { dashboardDocument } from '../dashboard/document.ts';
import { protocols } from './protocol.ts';

const id = z.uuid();
const protocol = z.enum(protocols);

const site = z.object({
  id,
  name: nameField,
  timeZone: z.string().min(1).max(64),
  parentId: id.nullable(),
  tags: tagsField,
});

const credential = z.object({
  id,
  name: z.string().max(255),
  /** base64 of the envelope */
  sealed: z.base64(),
});

const endpoint = z
  .object({
    id,
    position: z.int().min(0),
    protocol,
    address: z.string().min(1).max(255),
    port: z.int().min(1).max(65_535),
    tlsMode: z.enum(tlsModes).nullable(),
    tlsName: z.string().nullable(),
    tlsCaPem: z.string().nullable(),
    tlsCertificatePem: z.string().nullable(),
    credentialId: id.nullable(),
    // Not in documents of before there were these.
    requestTarget: z.string().min(1).max(255).nullable().default(null),
    maxMessageBytes: z.int().positive().nullable().default(null),
  })
  .refine(
    (one) => one.protocol !== 'gnmi' || one.tlsMode !== null,
    'a gNMI endpoint needs a tlsMode',
  );

const device = z.object({
  id,
  name: nameField,
  platform: z.string().nullable(),
  model: z.string().nullable(),
  serial: z.string().nullable(),
  siteId: id.nullable(),
  tags: tagsField,
  adminState: z.enum(adminStates),
  endpoints: z.array(endpoint).max(16),
});

const subscription = z.object({
  id,
  name: nameField,
  protocol,
  paths: z.array(
    z.object({
      path: z.string().min(1),
      mode: z.enum(['sample', 'on-change', 'target-defined']),
      sampleIntervalMs: z.number().min(0),
      heartbeatIntervalMs: z.number().min(0),
      suppressRedundant: z.boolean(),
    }),
  ),
  deviceIds: z.array(id).nullable(),
  tags: tagsField.nullable(),
  siteId: id.nullable(),
  enabled: z.boolean(),
});

export const configurationDocument = z.object({
  format: z.literal('nocturne-configuration'),
  version: z.literal(1),
  exportedAt: z.iso.datetime(),
  sites: z.array(site),
  credentials: z.array(credential),
  devices: z.array(device),
  subscriptions: z.array(subscription),
  dashboards: z.array(z.object({ id, document: dashboardDocument })),
});
export type ConfigurationDocument = z.infer<typeof configurationDocument>;
