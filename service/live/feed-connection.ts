/** The sockets towards one collector: SUB for its frames, DEALER for its snapshots. ZeroMQ reconnects by itself, for ever. */
import { Dealer, Subscriber } from 'zeromq';
import type { SnapshotAnswer } from '../../core/telemetry/feed-frame.ts';

export interface FeedConnectionListener {
  frame(topic: string, header: Uint8Array, payload: Uint8Array): void;
  snapshot(answer: SnapshotAnswer): void;
}

const socketOptions = { linger: 0, reconnectInterval: 250, reconnectMaxInterval: 5_000 };

export class FeedConnection implements Disposable {
  readonly #address: string;
  readonly #listener: FeedConnectionListener;
  readonly #subscriber: Subscriber;
  readonly #family: { readonly ipv6?: true };
  #dealer: Dealer | null = null;
  #snapshotPort = 0;
  #requests: string[] = [];
  #sending = false;

  /** @param address `tcp://host:port` of the collector's PUB socket */
  constructor(address: string, listener: FeedConnectionListener) {
    this.#address = address;
    this.#listener = listener;
    // Only for literal addresses: of a name with both, ZeroMQ would take the IPv6 one for good, listened on or not.
    this.#family = address.includes('[') ? { ipv6: true } : {};
    this.#subscriber = new Subscriber({
      ...socketOptions,
      ...this.#family,
      receiveHighWaterMark: 50_000,
    });
    this.#subscriber.connect(address);
    void this.#receive();
  }

  subscribe(topicPrefix: string): void {
    this.#subscriber.subscribe(topicPrefix);
  }

  unsubscribe(topicPrefix: string): void {
    this.#subscriber.unsubscribe(topicPrefix);
  }

  /** Learnt from the node's report; requests wait until then. */
  snapshotsAt(port: number): void {
    // A report may still be on its way when the connection is given up; a socket opened then would never be closed.
    if (port === this.#snapshotPort || this.#subscriber.closed) return;
    this.#snapshotPort = port;
    this.#dealer?.close();
    this.#dealer = new Dealer({ ...socketOptions, ...this.#family });
    this.#dealer.connect(this.#address.replace(/:\d+$/, `:${port}`));
    void this.#receiveSnapshots(this.#dealer);
    void this.#sendRequests();
  }

  requestSnapshot(topicPrefix: string): void {
    if (this.#requests.includes(topicPrefix)) return;
    this.#requests.push(topicPrefix);
    void this.#sendRequests();
  }

  [Symbol.dispose](): void {
    this.#subscriber.close();
    this.#dealer?.close();
  }

  async #receive(): Promise<void> {
    for await (const [topic, header, payload] of this.#subscriber) {
      // Frames that came before it was closed are nobody's any more.
      if (this.#subscriber.closed) return;
      if (topic !== undefined && header !== undefined && payload !== undefined) {
        this.#listener.frame(topic.toString(), header, payload);
      }
    }
  }

  async #receiveSnapshots(dealer: Dealer): Promise<void> {
    for await (const [answer] of dealer) {
      const parsed = this.#subscriber.closed ? null : parseAnswer(answer);
      if (parsed !== null) this.#listener.snapshot(parsed);
    }
  }

  /** One send in flight per socket. */
  async #sendRequests(): Promise<void> {
    if (this.#sending || this.#dealer === null) return;
    this.#sending = true;
    for (
      let prefix = this.#requests.shift();
      prefix !== undefined;
      prefix = this.#requests.shift()
    ) {
      await this.#dealer.send(JSON.stringify({ topicPrefix: prefix })).catch(() => {});
    }
    this.#sending = false;
  }
}

function parseAnswer(answer: Buffer | undefined): SnapshotAnswer | null {
  try {
    const json = JSON.parse(String(answer)) as SnapshotAnswer;
    return Array.isArray(json.topics) ? json : null;
  } catch {
    return null;
  }
}
