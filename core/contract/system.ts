/** The program itself: who is logged in, which nodes there are, how the ingest is doing, what happened. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { timeMsField, uuidField } from './fields.ts';
import { operation, roles } from './operation.ts';

/** What the status bar shows; every number is measured, none is remembered past its `asOfMs`. */
export const status = z.object({
  asOfMs: timeMsField,
  cluster: z.string(),
  database: z.enum(['connected', 'unreachable']),
  feeds: z.object({ connected: z.int(), expected: z.int() }),
  samplesPerSecond: z.number().describe('received by the collectors, over the last 30 seconds'),
  lagMs: z
    .number()
    .nullable()
    .describe('device time to arrival here, 95th percentile of the last ten seconds'),
  lostFrames: z.int().describe('feed frames that never arrived, by their sequence numbers'),
  devices: z.object({ total: z.int(), streaming: z.int() }),
});
export type Status = z.infer<typeof status>;

export const node = z.object({
  name: z.string(),
  role: z.enum(['collector', 'web', 'both']),
  version: z.string(),
  startedAtMs: timeMsField,
  seenAtMs: timeMsField,
  alive: z.boolean(),
  devices: z.int(),
  samplesPerSecond: z.number(),
  samplesDropped: z.number(),
  queuedBatches: z.int(),
});

/** Whole days; a coarser tier is kept at least as long as the finer one. */
export const retention = z.object({
  rawDays: z.int(),
  minuteDays: z.int(),
  hourDays: z.int(),
  dayDays: z.int(),
  eventDays: z.int(),
});

export const tableSize = z.object({
  table: z.string(),
  partitions: z.int().describe('partitions or chunks'),
  bytes: z.number().describe('indexes included, compressed or not'),
  estimatedRows: z.number(),
  oldestMs: timeMsField.nullable(),
  newestMs: timeMsField.nullable(),
  compressedBytes: z.number().nullable(),
  compressionRatio: z.number().nullable(),
});

/** Of samples; each divides a day. */
export const partitionMinutes = [15, 30, 60, 120, 240, 480, 720, 1_440] as const;
export type PartitionMinutes = (typeof partitionMinutes)[number];

export const partitionLength = z.object({
  minutes: z.number().describe('of the partitions or chunks of samples made from now on'),
  chosenBy: z
    .enum(['rate', 'admin', 'database'])
    .describe('the measured rate, an admin, or somebody in the database itself'),
});

export const eventSeverities = ['info', 'warning', 'error'] as const;

export const systemContract = {
  me: operation('public')
    .route({ method: 'GET', path: '/me', summary: 'Who is logged in' })
    .output(z.object({ name: z.string().nullable(), role: z.enum(roles) })),
  login: operation('public')
    .route({ method: 'POST', path: '/login', summary: 'Trades a token for a session cookie' })
    .input(
      z.object({
        token: z
          .string()
          .min(1)
          .max(256)
          .describe('of a login link; or an API token, for a browser that stays logged in'),
      }),
    )
    .output(z.object({ name: z.string(), role: z.enum(roles) })),
  logout: operation('public')
    .route({ method: 'POST', path: '/logout', summary: 'Ends the session' })
    .output(z.object({ ended: z.boolean() })),
  /** A new one-time login link for the same person or a lesser role, for another browser. */
  loginLink: operation('admin')
    .route({ method: 'POST', path: '/login-links', summary: 'Makes a one-time login link' })
    .input(z.object({ role: z.enum(['viewer', 'operator', 'admin']) }))
    .output(z.object({ url: z.string(), expiresAtMs: timeMsField })),
  health: operation('public')
    .route({ method: 'GET', path: '/health', summary: 'Is this program well' })
    .output(
      z.object({
        status: z.enum(['ok', 'degraded']),
        version: z.string(),
        node: z.string().describe('name of the node, or of the machine a desktop runs on'),
        role: z.enum(['collector', 'web', 'both', 'desktop']),
        database: z.enum(['connected', 'unreachable']),
      }),
    ),
  status: operation('viewer')
    .route({ method: 'GET', path: '/status', summary: 'Feed, ingest rate, lag, gaps' })
    .output(status),
  /** The status about once a second. */
  watchStatus: operation('viewer')
    .route({ method: 'GET', path: '/status/watch', summary: 'The status as it changes' })
    .output(eventIterator(status)),
  nodes: operation('viewer')
    .route({ method: 'GET', path: '/nodes', summary: 'Collectors and web nodes' })
    .output(z.array(node)),
  events: operation('viewer')
    .route({ method: 'GET', path: '/events', summary: 'Operations log, newest first' })
    .input(
      z.object({
        limit: z.coerce.number().int().min(1).max(1_000).default(100),
        beforeMs: z.coerce.number().optional(),
        beforeId: uuidField
          .optional()
          .describe('with beforeMs: the event after which to go on; many events share a time'),
        subject: z.string().max(255).optional(),
      }),
    )
    .output(
      z.array(
        z.object({
          id: uuidField,
          timeMs: timeMsField,
          kind: z.string(),
          severity: z.enum(eventSeverities),
          subject: z.string(),
          detail: z.string(),
        }),
      ),
    ),
  storage: operation('viewer')
    .route({
      method: 'GET',
      path: '/storage',
      summary: 'Sizes of the tables and how long data is kept',
    })
    .output(
      z.object({
        engine: z.enum(['plain', 'timescale']),
        tables: z.array(tableSize),
        retention,
        partitionLength,
      }),
    ),
  /** What is left out stays as it is. Takes effect with the next run of the storage job. */
  setRetention: operation('admin')
    .route({
      method: 'PATCH',
      path: '/storage/retention',
      summary: 'Changes how long data is kept',
    })
    .input(retention.partial())
    .output(retention),
  /** Takes effect with the next run of the storage job, for what is made from then on. */
  setPartitionLength: operation('admin')
    .route({
      method: 'PATCH',
      path: '/storage/partition-length',
      summary: 'Sets how long partitions of samples are, or leaves it to the measured rate',
    })
    .input(
      z.object({
        minutes: z.literal(partitionMinutes).nullable().describe('null: by the measured rate'),
      }),
    )
    .output(z.object({ minutes: z.literal(partitionMinutes).nullable() })),
  sites: operation('viewer')
    .route({ method: 'GET', path: '/sites', summary: 'Sites' })
    .output(z.array(z.object({ id: uuidField, name: z.string(), devices: z.int() }))),
};
