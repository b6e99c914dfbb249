/**
 * LISTEN over one connection, shared by everyone in the program. Announcements are hints: while the connection is down
 * they are lost, so after every reconnect all listeners are told to look again, and they poll besides.
 */
import { Client } from 'pg';
import { pause, systemTimers } from '../../../core/time.ts';
import { connectionConfig } from './pool.ts';

export const channels = [
  'nocturne_inventory',
  'nocturne_session',
  'nocturne_command',
  'nocturne_people',
] as const;
export type Channel = (typeof channels)[number];

/** The payload, or null when something may have been missed. */
export type Heard = (payload: string | null) => void;

export interface Listener extends AsyncDisposable {
  /** Answers how to stop listening. */
  on(channel: Channel, heard: Heard): () => void;
  /** Resolves when the first connection listens. */
  readonly ready: Promise<void>;
}

export interface ListenerOptions {
  /** Told when the connection is lost or cannot be made; it is tried again by itself. */
  readonly onLost?: (error: Error) => void;
  readonly retryMs?: number;
}

export function createListener(databaseUrl: string, options: ListenerOptions = {}): Listener {
  const listeners = new Map<Channel, Set<Heard>>(channels.map((channel) => [channel, new Set()]));
  const ready = Promise.withResolvers<void>();
  const stopping = new AbortController();
  const running = keepListening();

  async function keepListening(): Promise<void> {
    while (!stopping.signal.aborted) {
      await listenOnce().catch((error: Error) => options.onLost?.(error));
      if (!stopping.signal.aborted) {
        await pause(systemTimers, options.retryMs ?? 1_000, stopping.signal);
      }
    }
  }

  /** Connects and stays until the connection ends. */
  async function listenOnce(): Promise<void> {
    const client = new Client(
      connectionConfig(databaseUrl, { applicationName: 'nocturne listen', statementTimeoutMs: 0 }),
    );
    const ended = new Promise<Error>((resolve) => {
      client.on('error', resolve);
      client.on('end', () => resolve(new Error('the connection ended')));
    });
    client.on('notification', ({ channel, payload }) => {
      for (const heard of listeners.get(channel as Channel) ?? []) heard(payload ?? '');
    });
    try {
      await client.connect();
      await client.query(channels.map((channel) => `listen ${channel}`).join('; '));
      ready.resolve();
      for (const heards of listeners.values()) for (const heard of heards) heard(null);
      const error = await unlessAborted(ended, stopping.signal);
      if (error !== null) throw error;
    } finally {
      await client.end().catch(() => {});
    }
  }

  return {
    ready: ready.promise,
    on(channel, heard) {
      listeners.get(channel)!.add(heard);
      return () => listeners.get(channel)!.delete(heard);
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running;
    },
  };
}

/** Null when the signal aborts first; leaves nothing on it, for it outlives many connections. */
function unlessAborted(ended: Promise<Error>, signal: AbortSignal): Promise<Error | null> {
  return new Promise((resolve) => {
    const finish = (error: Error | null) => {
      signal.removeEventListener('abort', abort);
      resolve(error);
    };
    const abort = () => finish(null);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    void ended.then(finish);
  });
}
