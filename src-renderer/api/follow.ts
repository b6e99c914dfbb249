/** Keeps one stream of the contract open for as long as its signal lives. */
import { backoffMs } from './backoff.ts';
import { failureOf, type Failure } from './failure.ts';
import type { LinkState } from './link-state.ts';
import type { ReadableStore } from '../settings/store.ts';
import { wait, waitFor } from './wait.ts';

export type FollowState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'streaming' }
  | { readonly kind: 'broken'; readonly failure: Failure }
  /** Trying again would not help. */
  | { readonly kind: 'refused'; readonly failure: Failure };

export interface Following<Event> {
  readonly open: (signal: AbortSignal) => Promise<AsyncIterable<Event>>;
  readonly onEvent: (event: Event) => void;
  readonly onState: (state: FollowState) => void;
  readonly link: ReadableStore<LinkState>;
  readonly signal: AbortSignal;
}

const hopeless: ReadonlySet<Failure['kind']> = new Set(['login', 'permission', 'not-found']);

/** Opens the stream again after every break, with growing pauses; returns when the signal aborts or it is hopeless. */
export async function follow<Event>(following: Following<Event>): Promise<void> {
  const { signal, link, onState } = following;
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    onState({ kind: 'connecting' });
    try {
      await drain(following, () => {
        attempt = 0;
      });
      if (signal.aborted) return;
      onState({
        kind: 'broken',
        failure: { kind: 'offline', sentence: 'The stream ended; opening it again.' },
      });
    } catch (error) {
      if (signal.aborted) return;
      const failure = failureOf(error);
      if (hopeless.has(failure.kind)) return onState({ kind: 'refused', failure });
      onState({ kind: 'broken', failure });
    }
    await wait(backoffMs(attempt), signal);
    while (!signal.aborted) {
      if (await waitFor(link, ({ kind }) => kind === 'open', { timeoutMs: 60_000, signal })) break;
    }
  }
}

async function drain<Event>(
  { open, onEvent, onState, signal }: Following<Event>,
  onOpen: () => void,
): Promise<void> {
  const stream = await open(signal);
  onState({ kind: 'streaming' });
  for await (const event of stream) {
    onOpen();
    onEvent(event);
  }
}
