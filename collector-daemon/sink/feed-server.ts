/** The feed of a collector as its neighbours see it: frames, snapshots and the node's report, on two sockets. */
import { NocturneError, sentenceOf } from '../../core/errors.ts';
import type { FrameOrigin, NodeReport } from '../../core/telemetry/feed-frame.ts';
import type { SeriesDefinition } from '../../core/telemetry/series.ts';
import type { Clock } from '../../core/time.ts';
import { bindAddress } from './feed-endpoint.ts';
import { FeedPublisher } from './feed-publisher.ts';
import { SnapshotServer } from './snapshot-server.ts';

export interface FeedServerOptions {
  readonly cluster: string;
  readonly node: string;
  readonly incarnation: number;
  readonly clock: Clock;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Where snapshots are answered; 0: any free port. */
  readonly snapshotPort: number;
}

export interface FeedFrame {
  readonly topic: string;
  readonly codec: string;
  /** Null where it was dropped: its number is skipped, so that subscribers see the hole. */
  readonly payload: Uint8Array | null;
  readonly introduced: readonly SeriesDefinition[];
  readonly origin: FrameOrigin | null;
}

/** Refs by topic. */
export type RetiredRefs = ReadonlyMap<string, readonly number[]>;

const utf8 = new TextEncoder();

export class FeedServer implements AsyncDisposable {
  readonly #options: FeedServerOptions;
  readonly #publisher: FeedPublisher;
  readonly #snapshots: SnapshotServer;
  #port = 0;
  #snapshotPort = 0;

  private constructor(options: FeedServerOptions) {
    this.#options = options;
    const { cluster, incarnation, clock, host, port, snapshotPort } = options;
    this.#publisher = new FeedPublisher({
      cluster,
      incarnation,
      clock,
      address: bindAddress(host, port),
    });
    this.#snapshots = new SnapshotServer({
      address: bindAddress(host, snapshotPort),
      incarnation,
      stateOf: (publisher, topic) => this.#publisher.stateOf(publisher, topic),
    });
  }

  /** @throws NocturneError PORT_TAKEN; CONFIG_INVALID where the host is none of this machine */
  static async start(options: FeedServerOptions): Promise<FeedServer> {
    const server = new FeedServer(options);
    try {
      server.#port = portOf(await server.#publisher.bind());
    } catch (cause) {
      await server[Symbol.asyncDispose]();
      throw bindProblem(cause, { ...options, what: 'live feed', setting: 'NOCTURNE_FEED_PORT' });
    }
    try {
      server.#snapshotPort = portOf(await server.#snapshots.bind());
      return server;
    } catch (cause) {
      await server[Symbol.asyncDispose]();
      const { host, snapshotPort: port } = options;
      const setting = 'NOCTURNE_SNAPSHOT_PORT';
      throw bindProblem(cause, { host, port, what: 'snapshots of the live feed', setting });
    }
  }

  get port(): number {
    return this.#port;
  }

  get snapshotPort(): number {
    return this.#snapshotPort;
  }

  get framesPublished(): number {
    return this.#publisher.published;
  }

  get framesDropped(): number {
    return this.#publisher.dropped;
  }

  /** Series that a snapshot of everything names. */
  get seriesKnown(): number {
    return this.#snapshots.seriesKnown;
  }

  publish(worker: number, frames: readonly FeedFrame[]): void {
    const publisher = `${this.#options.node}/${worker}`;
    for (const { introduced, payload, ...frame } of frames) {
      const { topic, origin } = frame;
      if (introduced.length > 0) this.#snapshots.introduce(publisher, topic, introduced);
      if (payload === null) this.#publisher.skip(publisher, topic, origin);
      else this.#publisher.publish(publisher, { ...frame, payload });
    }
  }

  /** No later frame of the worker has rows of these, by topic. */
  retire(worker: number, topics: RetiredRefs): void {
    const publisher = `${this.#options.node}/${worker}`;
    for (const [topic, refs] of topics) this.#snapshots.retire(publisher, topic, refs);
  }

  /** The worker has died: nothing more comes under its name, and nobody needs its series. */
  forget(worker: number): void {
    const publisher = `${this.#options.node}/${worker}`;
    this.#snapshots.forget(publisher);
    this.#publisher.forget(publisher);
  }

  report(report: Omit<NodeReport, 'snapshotPort' | 'node' | 'incarnation'>): void {
    const { node, incarnation } = this.#options;
    const whole: NodeReport = { ...report, node, incarnation, snapshotPort: this.#snapshotPort };
    const payload = utf8.encode(JSON.stringify(whole));
    this.#publisher.publish(node, { topic: 'c.', codec: 'json', payload, origin: null });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#publisher[Symbol.asyncDispose]();
    await this.#snapshots[Symbol.asyncDispose]();
  }
}

/** Of `tcp://127.0.0.1:5560`. */
function portOf(endpoint: string): number {
  return Number(endpoint.slice(endpoint.lastIndexOf(':') + 1));
}

interface BindPlace {
  readonly host: string;
  readonly port: number;
  readonly what: string;
  readonly setting: string;
}

function bindProblem(cause: unknown, { host, port, what, setting }: BindPlace): NocturneError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new NocturneError(
      'PORT_TAKEN',
      `the ${what} cannot be served on ${host}:${port}, another program is there; stop it or set ${setting} to a free port`,
      { cause },
    );
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENODEV' || code === 'EINVAL') {
    return new NocturneError(
      'CONFIG_INVALID',
      `NOCTURNE_FEED_HOST "${host}" is not an address of this machine; use 127.0.0.1, ::1, 0.0.0.0, :: or one of its own`,
      { cause },
    );
  }
  return new NocturneError(
    'STARTUP_FAILED',
    `the ${what} cannot be served on ${host}:${port} (${sentenceOf(cause)}); set NOCTURNE_FEED_HOST and ${setting} to what this user may open`,
    { cause },
  );
}
