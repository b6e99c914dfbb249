/** Branded ids, made only by a parser or a maker, so that a device id never stands where a series id is wanted. */
import { refuse, ok, type Result } from './result.ts';
import type { Clock } from './time.ts';

declare const brand: unique symbol;
export type Branded<Base, Name extends string> = Base & {
  readonly [brand]: { readonly [N in Name]: true };
};

export type Uuid = Branded<string, 'Uuid'>;
export type DeviceId = Branded<Uuid, 'DeviceId'>;
export type EndpointId = Branded<Uuid, 'EndpointId'>;
/** `series.id`: a database bigint; stays below 2^53, so a number holds it exactly. */
export type SeriesId = Branded<number, 'SeriesId'>;
export type NodeName = Branded<string, 'NodeName'>;
/** Counts who owned a device, or the turn to collect: from 1, and it rises with each take-over. */
export type Epoch = Branded<number, 'Epoch'>;

export type RandomBytes = (length: number) => Uint8Array;

export const systemRandomBytes: RandomBytes = (length) =>
  crypto.getRandomValues(new Uint8Array(length));

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function parseUuid<Id extends Uuid = Uuid>(text: string): Result<Id> {
  const lower = text.toLowerCase();
  return uuidPattern.test(lower)
    ? ok(lower as Id)
    : refuse(`not an id: "${text}" (expected 8-4-4-4-12 hexadecimal digits)`);
}

/** A UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds, then randomness; sorts by time of making. */
export function makeUuid<Id extends Uuid = Uuid>(
  clock: Clock,
  randomBytes: RandomBytes = systemRandomBytes,
): Id {
  const bytes = randomBytes(16);
  let ms = Math.floor(clock.nowMs());
  for (let index = 5; index >= 0; index -= 1) {
    bytes[index] = ms % 256;
    ms = Math.floor(ms / 256);
  }
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-') as Id;
}

const nodeNamePattern = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/;

/** Node names go into hash rings and topics, so `:` and white space are refused. */
export function parseNodeName(text: string): Result<NodeName> {
  return nodeNamePattern.test(text)
    ? ok(text as NodeName)
    : refuse(`not a node name: "${text}" (letters, digits, ".", "_" and "-", 1 to 63 of them)`);
}
