/**
 * Topics of the live feed. ZeroMQ matches subscriptions by prefix, so every topic has a fixed length per kind: a
 * device's topic can never be the prefix of another's.
 *
 *   s.<32 hex digits of the device id>.<2 hex digits of the subscription group>    samples
 *   e.  operations log     a.  alarms     c.  cluster and sessions
 */
import type { DeviceId } from '../id.ts';
import { refuse, ok, type Result } from '../result.ts';

/** Groups split a device's series so that one port's viewer does not receive a whole chassis. */
export const groupCount = 16;

export type Topic =
  | { readonly kind: 'samples'; readonly deviceId: DeviceId; readonly group: number }
  | { readonly kind: 'events' }
  | { readonly kind: 'alarms' }
  | { readonly kind: 'cluster' };

export function formatTopic(topic: Topic): string {
  switch (topic.kind) {
    case 'samples':
      return `${deviceTopicPrefix(topic.deviceId)}${topic.group.toString(16).padStart(2, '0')}`;
    case 'events':
      return 'e.';
    case 'alarms':
      return 'a.';
    case 'cluster':
      return 'c.';
    default:
      return topic satisfies never;
  }
}

/** What to subscribe to for all groups of a device. */
export function deviceTopicPrefix(deviceId: DeviceId): string {
  return `s.${deviceId.replaceAll('-', '')}.`;
}

const samplesPattern =
  /^s\.([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})\.([0-9a-f]{2})$/;

export function parseTopic(text: string): Result<Topic> {
  if (text === 'e.') return ok({ kind: 'events' });
  if (text === 'a.') return ok({ kind: 'alarms' });
  if (text === 'c.') return ok({ kind: 'cluster' });
  const parts = samplesPattern.exec(text);
  if (parts === null) return refuse(`not a feed topic: "${text}"`);
  return ok({
    kind: 'samples',
    deviceId: parts.slice(1, 6).join('-') as DeviceId,
    group: Number.parseInt(parts[6]!, 16),
  });
}

/** The group of a series: FNV-1a over the path up to and including its last keyed element, so one port stays together. */
export function groupOf(canonicalPath: string): number {
  const end = canonicalPath.lastIndexOf(']');
  let hash = 0x811c9dc5;
  for (let index = 0; index <= end; index += 1) {
    hash = Math.imul(hash ^ canonicalPath.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % groupCount;
}
