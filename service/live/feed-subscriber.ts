/**
 * Subscribes to the feeds of all collectors on behalf of many listeners. SUB first, snapshot second, newer frames
 * third: a frame whose series are not known yet waits for the snapshot. Holes in the sequence mean lost frames: they
 * are counted, the listeners are told, and the dictionary is asked for again, ever more rarely where that does not help.
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
import { EpochWatch } from './epoch-watch.ts';
import { FeedConnection } from './feed-connection.ts';
import { FeedDictionary } from './feed-dictionary.ts';
import { SequenceWatch } from './sequence-watch.ts';
import { SnapshotPatience } from './snapshot-patience.ts';
import { WaitingFrames } from './waiting-frames.ts';

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
  readonly patience: SnapshotPatience;
  report: NodeReport | null;
  reportedAtMs: number;
  transitMs: number;
}

interface Frame {
  readonly held: Held;
  readonly topic: string;
  readonly header: FeedHeader;
  readonly payload: SamplePayload;
}

/** A node that has not reported for this long counts as not connected. */
const reportLifeMs = 3_500;
/** Snapshots that did not help before somebody is told. */
const patientAsks = 3;
/** Sentences that differ, of peers whose frames are wrong; a peer may invent new ones for ever. */
const mostSentences = 1_000;

export class FeedSubscriber implements Disposable {
  readonly #clock: Clock;
  readonly #problem: (sentence: string) => void;
  readonly #held = new Map<string, Held>();
  readonly #listeners = new Map<string, Set<SampleListener>>();
  readonly #dictionary = new FeedDictionary();
  readonly #sequences = new SequenceWatch();
  readonly #epochs = new EpochWatch();
  readonly #waiting = new WaitingFrames<Frame>();
  readonly #told = new Set<string>();
  lostFrames = 0;
  /** Of collectors whose devices another one has taken over. */
  overtakenFrames = 0;

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
      this.#waiting.take((frame) => frame.held === held);
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
      frame: (topic, header, payload) => this.#hear(held, topic, header, payload),
      snapshot: (answer) => this.#snapshot(answer),
    });
    const patience = new SnapshotPatience();
    const held: Held = {
      node,
      connection,
      patience,
      report: null,
      reportedAtMs: 0,
      transitMs: 0,
    };
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
    const gone = (topic: string) => topic !== 'c.' && !this.#isHeard(topic);
    for (const { connection, patience } of this.#held.values()) {
      connection.unsubscribe(topicPrefix);
      patience.forget(gone);
    }
    for (const memory of [this.#sequences, this.#dictionary, this.#epochs]) memory.forget(gone);
    this.#waiting.take(({ topic }) => gone(topic));
  }

  #hear(held: Held, topic: string, headerBytes: Uint8Array, payloadBytes: Uint8Array): void {
    // Frames still on their way after the last listener left must not count as the start of a hole.
    if (topic !== 'c.' && !this.#isHeard(topic)) return;
    const header = decodeFeedHeader(headerBytes);
    if (!header.ok) return this.#tell(held.node, header.problem);
    const lost = this.#sequences.lostBefore(topic, header.value);
    if (lost > 0) this.#lost(held, topic, lost);
    if (topic === 'c.') return this.#report(held, header.value, payloadBytes);
    if (!isSampleCodec(header.value.codec)) return;
    const nowMs = this.#clock.nowMs();
    if (this.#epochs.isOvertaken(topic, header.value.epoch, nowMs)) return this.#overtaken(held);
    const payload = decodeSamplePayload(payloadBytes);
    if (!payload.ok) return this.#tell(held.node, payload.problem);
    this.#dictionary.learn(topic, header.value, payload.value);
    const frame = { held, topic, header: header.value, payload: payload.value };
    if (this.#isReadable(frame)) return this.#deliver(frame);
    this.#lose(this.#waiting.add(frame, nowMs));
    this.#ask(held, topic);
  }

  #report(held: Held, header: FeedHeader, payload: Uint8Array): void {
    const nowMs = this.#clock.nowMs();
    const report = parseReport(payload);
    if (report === null) return this.#tell(held.node, `${held.node} sent a report that is none`);
    held.report = report;
    held.reportedAtMs = nowMs;
    held.transitMs = Math.max(0, nowMs - header.sentAtMs);
    held.connection.snapshotsAt(report.snapshotPort);
    this.#lose(this.#waiting.takeOld(nowMs));
    for (const frame of this.#waiting) if (frame.held === held) this.#ask(held, frame.topic);
  }

  #snapshot({ topics }: SnapshotAnswer): void {
    for (const topic of topics) if (this.#isHeard(topic.topic)) this.#dictionary.replace(topic);
    for (const frame of this.#waiting.take((one) => this.#isReadable(one))) this.#deliver(frame);
  }

  #isReadable({ topic, header, payload }: Frame): boolean {
    const seriesOf = this.#dictionary.seriesOf(topic, header);
    const known = (ref: number) => seriesOf(ref) !== undefined;
    const { numbers, texts, ends } = payload;
    return [numbers, texts, ends].every(({ series }) => series.every(known));
  }

  #deliver({ held, topic, header, payload }: Frame): void {
    held.patience.helped(topic);
    const seriesOf = this.#dictionary.seriesOf(topic, header);
    for (const listener of this.#listenersOf(topic)) listener.samples(payload, seriesOf);
  }

  #lost(held: Held, topic: string, frames: number): void {
    this.lostFrames += frames;
    for (const listener of this.#listenersOf(topic)) listener.lost(frames);
    if (topic !== 'c.') this.#ask(held, topic);
  }

  /** Frames that came, and that nobody could read. */
  #lose(frames: readonly Frame[]): void {
    for (const { held, topic } of frames) this.#lost(held, topic, 1);
  }

  #ask(held: Held, topic: string): void {
    if (!held.patience.ask(topic, this.#clock.nowMs())) return;
    held.connection.requestSnapshot(topic);
    if (held.patience.timesAsked(topic) <= patientAsks) return;
    const { node } = held;
    this.#tell(
      node,
      `live samples of ${node} are not shown: it does not say of which series they are, or its snapshots cannot be reached`,
    );
  }

  #overtaken({ node }: Held): void {
    this.overtakenFrames += 1;
    this.#tell(
      node,
      `${node} still sends samples of devices that another collector has taken over`,
    );
  }

  #isHeard(topic: string): boolean {
    return this.#listenersOf(topic).next().done !== true;
  }

  *#listenersOf(topic: string): Generator<SampleListener> {
    for (const [prefix, listeners] of this.#listeners) {
      if (topic.startsWith(prefix)) yield* listeners;
    }
  }

  /** Once a sentence, not once a frame. */
  #tell(node: string, sentence: string): void {
    const key = `${node} ${sentence}`;
    if (this.#told.has(key) || this.#told.size >= mostSentences) return;
    this.#told.add(key);
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
