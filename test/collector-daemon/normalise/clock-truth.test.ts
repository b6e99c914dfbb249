/**
 * A device, the network and our clock, of which it is known what truly happens: whatever clocks do, the newest states are the
 * device's, what counters have counted is what they count, and a clock is told to be set as often as it was.
 */
import { expect, test } from 'vitest';
import type { Notification } from '../../../core/telemetry/notification.ts';
import {
  at,
  normalise,
  nowMs,
  port,
  type UpdateParts,
  type Values,
} from '../../support/normalised.ts';
import { seededRandom } from '../../support/seeded-random.ts';

/** Of each manner. */
const streams = 300;
const perSecond = 1_000;
const counters = ['a', 'b', 'c'].map((name) => `${port}/counters/${name}-octets`);
const sampled = `${port}/oper-status`;
const onChange = `${port}/admin-status`;
const gauge = '/system/state/mtu';

const offsets = [0, 0, 0, 90, -90, 120, -120, 3_600, -3_600, 7_200, -7_200, 20, -20];

/** How a device tells, and how its network carries it. */
interface Manner {
  readonly intervalSeconds: number;
  readonly jitterMs: number;
  /** States before counters: what comes first after a step tells nothing of it. */
  readonly statesFirst: boolean;
}

class Device {
  readonly story: Notification[] = [];
  /** How often its clock was set. */
  steps = 0;
  /** Samples that can have no delta: not sent, late, or the first of a connect. */
  lost = 0;
  readonly #random: () => number;
  readonly #manner: Manner;
  #second = 0;
  #receivedAtMs = 0;
  #ahead = 0;
  #admin = { text: 'UP', stamp: 0 };
  #oper = 'UP';
  #heldBack: { stamp: number; values: Values } | null = null;

  constructor(random: () => number, manner: Manner) {
    this.#random = random;
    this.#manner = manner;
    this.#ahead = this.#pick([0, 0, 0, 90, 7_200]);
    this.#admin.stamp = this.#ahead - 9_999;
    this.connect();
  }

  get texts(): Values {
    return { [sampled]: this.#oper, [onChange]: this.#admin.text };
  }

  round(): void {
    this.#second += this.#manner.intervalSeconds;
    if (this.#random() < 0.2) this.#oper = this.#pick(['UP', 'DOWN', 'TESTING']);
    const state = { [sampled]: this.#oper };
    if (this.#manner.statesFirst) this.#send(this.#clock(), state);
    this.#sample({ ...this.#counted(), [gauge]: this.#second });
    if (!this.#manner.statesFirst) this.#send(this.#clock(), state);
    if (this.#random() > 0.1) return;
    this.#admin = { text: this.#pick(['UP', 'DOWN']), stamp: this.#clock() };
    this.#send(this.#admin.stamp, { [onChange]: this.#admin.text });
  }

  /** Between two rounds. */
  set(): void {
    // Less, and stamps would go on all the same: that is lateness, and believed.
    const leastSeconds = 10 + 3 * this.#manner.intervalSeconds;
    this.#ahead = this.#pick(offsets.filter((one) => Math.abs(one - this.#ahead) > leastSeconds));
    if (this.#heldBack !== null) this.lost += 1;
    this.#heldBack = null;
    this.steps += 1;
  }

  /** The network stands still for a while; then all comes at once. */
  stall(): void {
    const untilMs = (this.#second + 6 * this.#manner.intervalSeconds) * 1_000;
    this.#receivedAtMs = Math.max(this.#receivedAtMs, untilMs);
  }

  connect(): void {
    if (this.story.length > 0) {
      this.story.push({ kind: 'gap', receivedAtMs: nowMs, reason: 'it ended' });
      this.lost += 1;
    }
    this.#heldBack = null;
    this.#second += this.#manner.intervalSeconds;
    this.#send(this.#admin.stamp, { [onChange]: this.#admin.text });
    this.#send(this.#clock(), { ...this.#counted(), [sampled]: this.#oper });
  }

  #counted(): Values {
    return Object.fromEntries(counters.map((path) => [path, BigInt(this.#second * perSecond)]));
  }

  /** Now and then one is overtaken by the next. */
  #sample(values: Values): void {
    const stamp = this.#clock();
    const heldBack = this.#heldBack;
    this.#heldBack = null;
    if (heldBack === null && this.#random() < 0.03) {
      this.#heldBack = { stamp, values };
      return;
    }
    this.#send(stamp, values);
    if (heldBack === null) return;
    this.#send(heldBack.stamp, heldBack.values);
    this.lost += 1;
  }

  #clock(): number {
    return this.#second + this.#ahead;
  }

  #send(stamp: number, values: Values): void {
    const arrives = this.#second * 1_000 + 5 + this.#random() * this.#manner.jitterMs;
    this.#receivedAtMs = Math.max(this.#receivedAtMs + 0.1, arrives);
    const rest: UpdateParts = { receivedAtMs: nowMs + this.#receivedAtMs };
    this.story.push(at(stamp, values, rest));
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.#random() * items.length)]!;
  }
}

function played(seed: number, manner: Manner): Device {
  const random = seededRandom(seed);
  const device = new Device(random, manner);
  for (let round = 0; round < 60; round += 1) {
    device.round();
    // Not while what happened last is being found out.
    if (round % 8 !== 7 || round > 50) continue;
    const what = random();
    if (what < 0.3) device.set();
    else if (what < 0.45) device.connect();
    else if (what < 0.55) {
      device.set();
      device.connect();
    } else if (what < 0.65) device.stall();
  }
  return device;
}

const manners: Manner[] = [
  { intervalSeconds: 1, jitterMs: 40, statesFirst: false },
  { intervalSeconds: 1, jitterMs: 40, statesFirst: true },
  { intervalSeconds: 10, jitterMs: 400, statesFirst: false },
  { intervalSeconds: 10, jitterMs: 400, statesFirst: true },
];

/** What is stored of a stream, next to what is true. */
function judged(seed: number, manner: Manner) {
  const device = played(seed, manner);
  const { rows, counters: counted } = normalise(device.story);
  const texts = rows.filter(({ kind }) => kind === 'text');
  const byTime = texts.toSorted((left, right) => left.timeUs - right.timeUs);
  const samples = rows.flatMap((row) =>
    row.kind === 'number' && row.path === counters[0] ? [row] : [],
  );
  const told = samples.filter(({ spanMs }) => spanMs > 0);
  const rates = told.map(({ delta, spanMs }) => delta / spanMs);
  const errors = told.map(({ second, value }) => Math.abs(second - value / perSecond));
  return {
    newest: Object.fromEntries(byTime.map(({ path, value }) => [path, value])),
    steps: counted.clockSteps,
    ratesAreRight: rates.every((rate) => rate > 0.9 && rate < 1.1),
    timesAreRight: errors.every((error) => error < 1),
    inOrder: told.every(({ timeUs }, index) => timeUs > (told[index - 1]?.timeUs ?? 0)),
    missed: Math.max(0, samples.length - told.length - 1 - device.lost - device.steps),
    truth: { newest: device.texts, steps: device.steps },
  };
}

test.each(manners)('every $intervalSeconds s, states first: $statesFirst', (manner) => {
  for (let seed = 0; seed < streams; seed += 1) {
    const { truth, ...found } = judged(seed, manner);
    expect({ seed, ...found }).toEqual({
      seed,
      ...truth,
      ratesAreRight: true,
      timesAreRight: true,
      inOrder: true,
      missed: 0,
    });
  }
});
