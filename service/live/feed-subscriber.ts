/**
 * Subscribes to the feeds of all collectors on behalf of many listeners. SUB first, snapshot second, newer frames
 * third: a frame whose series are not known yet waits for the snapshot. Holes in the sequence mean lost frames: they
 * are counted, the listeners are told, and the dictionary is asked for again.
 */
import {
  decodeFeedHeader,
  type FeedHeader,
  type NodeReport,
  nodeReport,
  type SnapshotAnswer,
} from '../../core/telemetry/feed-frame.ts';
import {
  decodeSamplePayload,
  isSampleCodec,
  type SamplePayload,
} from '../../core/telemetry/sample-codec.ts';
import type { SeriesDefinition } from '../../core/telemetry/series.ts';
import type { Clock } from '../../core/time.ts';
import { FeedConnection } from './feed-connection.ts';
import { FeedDictionary } from './feed-dictionary.ts';
import { SequenceWatch } from './sequence-watch.ts';

export interface SampleListener {
  samples(payload: SamplePayload, seriesOf: (ref: number) => SeriesDefinition | undefined): void;
  lost(frames: number): void;
}

export interface FeedAddress {
  readonly node: string;
  /** `tcp://host:port` */
  readonly address: string;
}

interface Held {
  readonly node: string;
  readonly connection: FeedConnection;
  report: NodeReport | null;
  reportedAtMs: number;
  transitMs: number;
}

interface WaitingFrame {
  readonly topic: string;
  readonly header: FeedHeader;
  readonly payload: SamplePayload;
}

/** A node that has not reported for this long counts as not connected. */
const reportLifeMs = 3_500;
const maxWaitingFrames = 2_000;

export class FeedSubscriber implements Disposable {
  readonly #clock: Clock;
  readonly #problem: (sentence: string) => void;
  readonly #held = new Map<string, Held>();
  readonly #listeners = new Map<string, Set<SampleListener>>();
  readonly #dictionary = new FeedDictionary();
  readonly #sequences = new SequenceWatch();
  #waiting: WaitingFrame[] = [];
  #refusedVersions = new Set<string>();
  lostFrames = 0;

  constructor(clock: Clock, problem: (sentence: string) => void) {
    this.#clock = clock;
    this.#problem = problem;
  }

  /** Connects to exactly these; the others are left. */
  setPublishers(addresses: readonly FeedAddress[]): void {
    const wanted = new Map(addresses.map((one) => [one.address, one.node]));
    for (const [address, held] of this.#held) {
      if (wanted.has(address)) continue;
      held.connection[Symbol.dispose]();
      this.#held.delete(address);
    }
    for (const [address, node] of wanted) {
      if (!this.#held.has(address)) this.#connect(address, node);
    }
  }

  /** The answer ends the subscription. */
  listen(topicPrefix: string, listener: SampleListener): () => void {
    const others = this.#listeners.get(topicPrefix);
    if (others !== undefined) {
      others.add(listener);
    } else {
      this.#listeners.set(topicPrefix, new Set([listener]));
      for (const { connection } of this.#held.values()) this.#join(connection, topicPrefix);
    }
    return () => this.#leave(topicPrefix, listener);
  }

  /** Newest reports of the nodes that still report, with how long their last frame travelled. */
  reports(): readonly { readonly report: NodeReport; readonly transitMs: number }[] {
    const nowMs = this.#clock.nowMs();
    return [...this.#held.values()].flatMap(({ report, reportedAtMs, transitMs }) =>
      report !== null && nowMs - reportedAtMs < reportLifeMs ? [{ report, transitMs }] : [],
    );
  }

  get expected(): number {
    return this.#held.size;
  }

  [Symbol.dispose](): void {
    for (const { connection } of this.#held.values()) connection[Symbol.dispose]();
    this.#held.clear();
  }

  #connect(address: string, node: string): void {
    const connection = new FeedConnection(address, {
      frame: (topic, header, payload) => this.#frame(held, topic, header, payload),
      snapshot: (answer) => this.#snapshot(answer),
    });
    const held: Held = { node, connection, report: null, reportedAtMs: 0, transitMs: 0 };
    this.#held.set(address, held);
    for (const prefix of this.#listeners.keys()) this.#join(connection, prefix);
    // Last, so that a report heard means that the others have arrived too.
    connection.subscribe('c.');
  }

  #join(connection: FeedConnection, topicPrefix: string): void {
    connection.subscribe(topicPrefix);
    connection.requestSnapshot(topicPrefix);
  }

  #leave(topicPrefix: string, listener: SampleListener): void {
    const listeners = this.#listeners.get(topicPrefix);
    if (listeners?.delete(listener) !== true || listeners.size > 0) return;
    this.#listeners.delete(topicPrefix);
    for (const { connection } of this.#held.values()) connection.unsubscribe(topicPrefix);
    this.#sequences.forget(topicPrefix);
  }

  #frame(held: Held, topic: string, headerBytes: Uint8Array, payloadBytes: Uint8Array): void {
    // Frames still on their way after the last listener left must not count as the start of a hole.
    if (topic !== 'c.' && this.#listenersOf(topic).next().done === true) return;
    const header = decodeFeedHeader(headerBytes);
    if (!header.ok) return this.#refuse(held.node, header.problem);
    const lost = this.#sequences.lostBefore(topic, header.value);
    if (lost > 0) this.#lost(held, topic, lost);
    if (topic === 'c.') return this.#report(held, header.value, payloadBytes);
    if (!isSampleCodec(header.value.codec)) return;
    const payload = decodeSamplePayload(payloadBytes);
    if (!payload.ok) return this.#refuse(held.node, payload.problem);
    const { publisher, incarnation } = header.value;
    this.#dictionary.learn(publisher, incarnation, payload.value.introduces);
    const frame = { topic, header: header.value, payload: payload.value };
    if (this.#isReadable(frame)) return this.#deliver(frame);
    this.#waiting.push(frame);
    if (this.#waiting.length > maxWaitingFrames) this.#waiting.shift();
    held.connection.requestSnapshot(topic);
  }

  #report(held: Held, header: FeedHeader, payload: Uint8Array): void {
    const nowMs = this.#clock.nowMs();
    const report = parseReport(payload);
    if (report === null) return this.#refuse(held.node, `${held.node} sent a report that is none`);
    held.report = report;
    held.reportedAtMs = nowMs;
    held.transitMs = Math.max(0, nowMs - header.sentAtMs);
    held.connection.snapshotsAt(report.snapshotPort);
  }

  #snapshot({ topics }: SnapshotAnswer): void {
    for (const { publisher, incarnation, series } of topics) {
      this.#dictionary.learn(publisher, incarnation, series);
    }
    const waiting = this.#waiting;
    this.#waiting = waiting.filter((frame) => !this.#isReadable(frame));
    for (const frame of waiting) if (this.#isReadable(frame)) this.#deliver(frame);
  }

  #isReadable({ header: { publisher, incarnation }, payload }: WaitingFrame): boolean {
    const known = (ref: number) => this.#dictionary.find(publisher, incarnation, ref) !== undefined;
    const { numbers, texts, ends } = payload;
    return [numbers, texts, ends].every(({ series }) => series.every(known));
  }

  #deliver({ topic, header: { publisher, incarnation }, payload }: WaitingFrame): void {
    const seriesOf = (ref: number) => this.#dictionary.find(publisher, incarnation, ref);
    for (const listener of this.#listenersOf(topic)) listener.samples(payload, seriesOf);
  }

  #lost(held: Held, topic: string, frames: number): void {
    this.lostFrames += frames;
    for (const listener of this.#listenersOf(topic)) listener.lost(frames);
    if (topic !== 'c.') held.connection.requestSnapshot(topic);
  }

  *#listenersOf(topic: string): Generator<SampleListener> {
    for (const [prefix, listeners] of this.#listeners) {
      if (topic.startsWith(prefix)) yield* listeners;
    }
  }

  /** Once a sentence, not once a frame. */
  #refuse(node: string, sentence: string): void {
    if (this.#refusedVersions.has(`${node} ${sentence}`)) return;
    this.#refusedVersions.add(`${node} ${sentence}`);
    this.#problem(sentence);
  }
}

function parseReport(payload: Uint8Array): NodeReport | null {
  try {
    const parsed = nodeReport.safeParse(JSON.parse(new TextDecoder().decode(payload)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
