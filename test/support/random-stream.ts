/** Streams of two devices that do whatever a target may do, from a seed. */
import { seededRandom } from './seeded-random.ts';
import { type Event, type Said, travelMs } from './stream-model.ts';

const startMs = Date.UTC(2026, 10, 21, 12);

const leaves = ['e1', 'e2'].flatMap((port) =>
  ['counters/in-octets', 'mtu', 'oper-status'].map((leaf) => `/interface[name=${port}]/${leaf}`),
);
const containers = ['/', '/interface', '/interface[name=*]', '/interface[name=e1]', ...leaves];
const setByMs = 3_600_000;

interface Device {
  epoch: number;
  /** Stamps of the epoch begin here. */
  sinceMs: number;
  isSet: boolean;
}

export function randomStream(seed: number, length = 24): Event[] {
  const random = seededRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const devices: Device[] = [0, 1].map(() => ({ epoch: 0, sinceMs: startMs, isSet: true }));
  const events: Event[] = [];
  let nowMs = startMs;
  const valuesOf = (trueMs: number) =>
    Object.fromEntries(
      leaves
        .filter(() => random() < 0.4)
        .map((path) => {
          if (path.includes('counters')) return [path, Math.floor((trueMs - startMs) / 10)];
          return [path, path.endsWith('mtu') ? pick([1, 2, 3]) : pick(['UP', 'DOWN', 'LOW'])];
        }),
    );
  const say = (device: number): Said => {
    const clock = devices[device]!;
    const fresh = clock.isSet || random() < 0.6;
    clock.isSet = false;
    const lateMs = fresh ? 0 : pick([1_000, 2_000, 3_000]);
    const unstamped = !fresh && random() < 0.1;
    const trueMs = unstamped ? nowMs : Math.max(nowMs - lateMs, clock.sinceMs);
    return {
      kind: 'said',
      device,
      receivedMs: nowMs + travelMs,
      epoch: clock.epoch,
      stampMs: unstamped ? null : trueMs + clock.epoch * setByMs,
      trueMs,
      deletes: random() < 0.15 ? [pick(containers)] : [],
      atomicUnder: random() < 0.1 ? pick(containers.slice(0, 4)) : null,
      values: valuesOf(trueMs),
    };
  };
  for (const device of [0, 1]) events.push(say(device));
  while (events.length < length) {
    nowMs += pick([0, 1_000, 1_000, 2_000]);
    const device = pick([0, 1]);
    const what = random();
    if (what < 0.05) events.push({ kind: 'gap', device });
    else if (what < 0.12) events.push({ kind: 'sweep', device, receivedMs: nowMs });
    else if (what < 0.16) {
      nowMs += 1_000;
      const { epoch } = devices[device]!;
      devices[device] = { epoch: epoch + 1, sinceMs: nowMs, isSet: true };
    } else events.push(say(device));
  }
  return events;
}
