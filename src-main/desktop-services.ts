/**
 * All that the desktop does except owning windows: the database, the collectors' feeds, and the operations served to
 * every window over a port of its own. Plain Node, so tests run it without its shell.
 */
import type { Role } from '../core/contract/operation.ts';
import type { Clock, Timers } from '../core/time.ts';
import { FeedSubscriber } from '../service/live/feed-subscriber.ts';
import { createPool } from '../service/store/pool.ts';
import type { DesktopPort } from './desktop-port.ts';

export interface DesktopOptions {
  readonly databaseUrl: string;
  /** Where this person's data is kept. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly version: string;
  /** Of whoever sits here: a direct profile holds the database's own password already. */
  readonly role: Exclude<Role, 'public'>;
  /** Told what a person should know and can do something about, in sentences. */
  readonly problem: (sentence: string) => void;
}

export interface DesktopServices extends AsyncDisposable {
  /** Answers the operations on this port until it closes or the services end. */
  serve(port: DesktopPort): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Serves at once, whether the database can be reached or not. */
export async function createDesktopServices(options: DesktopOptions): Promise<DesktopServices> {
  await using stack = new AsyncDisposableStack();
  const { clock, databaseUrl, problem } = options;
  stack.use(createPool(databaseUrl, { applicationName: 'nocturne desktop', size: 6 }));
  stack.use(new FeedSubscriber(clock, problem));
  const ports = new Set<DesktopPort>();
  stack.defer(() => {
    for (const port of ports) port.close();
  });
  const running = stack.move();
  return {
    serve(port) {
      ports.add(port);
      port.addEventListener('close', () => ports.delete(port));
      port.start();
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
