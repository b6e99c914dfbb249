/**
 * States of the way to the server.
 *
 * - `connecting`: never been open, or trying again; enters from start and from `closed`.
 * - `open`: calls and streams flow.
 * - `closed`: lost or refused; the next try is under way at `retryAtMs`.
 *
 * `lostAtMs` is when it was last open; null while it has never been.
 */
export type LinkState =
  | { readonly kind: 'connecting'; readonly lostAtMs: number | null }
  | { readonly kind: 'open'; readonly sinceMs: number }
  | { readonly kind: 'closed'; readonly lostAtMs: number | null; readonly retryAtMs: number };

/** A call could not leave because there is no way to the server. */
export class OfflineError extends Error {
  constructor() {
    super('The server cannot be reached; the console keeps trying.');
    this.name = 'OfflineError';
  }
}
