/**
 * Faults as data. A script is JSON: `{"faults": [{"afterMs": 30000, "everyMs": 180000, "fault": {"kind": "link-flap", …}}]}`,
 * with times relative to the start.
 */
import { z } from 'zod';
import { NocturneError } from '../../core/errors.ts';

const device = z.string().min(1);
const durationMs = z.number().positive();

const faultSchema = z.discriminatedUnion('kind', [
  /** The cable in a port is out for `downMs`; both ends notice. */
  z.strictObject({ kind: z.literal('link-flap'), device, port: z.string(), downMs: durationMs }),
  /** A port counts FCS errors. */
  z.strictObject({
    kind: z.literal('error-burst'),
    device,
    port: z.string(),
    durationMs,
    perSecond: z.number().positive(),
  }),
  /** Every connection is reset and new ones are refused. */
  z.strictObject({ kind: z.literal('disconnect'), device, durationMs }),
  /** Connections stay up and nothing passes, HTTP/2 pings included; reset at the end. */
  z.strictObject({ kind: z.literal('half-open'), device, durationMs }),
  /** The device answers pings and sends no data. */
  z.strictObject({ kind: z.literal('silence'), device, durationMs }),
  /** Streams, open ones and new ones, get bytes that are no gNMI message. */
  z.strictObject({ kind: z.literal('garbage'), device, durationMs }),
]);

const scriptSchema = z.strictObject({
  faults: z.array(
    z.strictObject({
      afterMs: z.number().min(0),
      /** Again and again, this far apart; once when left out. */
      everyMs: z.number().min(1_000).optional(),
      fault: faultSchema,
    }),
  ),
});

export type Fault = z.infer<typeof faultSchema>;
export type FaultScript = z.infer<typeof scriptSchema>;

/** Reads a script's JSON text; throws CONFIG_INVALID naming the file and the place. */
export function parseFaultScript(text: string, file: string): FaultScript {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new NocturneError('CONFIG_INVALID', `the fault script ${file} is not JSON`, { cause });
  }
  const parsed = scriptSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') || 'the top';
  throw new NocturneError(
    'CONFIG_INVALID',
    `the fault script ${file} is wrong at ${place}: ${issue?.message ?? 'not a script'}`,
  );
}
