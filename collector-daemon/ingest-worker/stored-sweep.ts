/**
 * Mark and sweep over a restart: in each connect of a session, what the store takes for living under the subscribed paths,
 * and what it takes for gone, is compared with what the target has sent. So an end that was lost on its way, with a worker
 * or a refused batch, is told again too, and one that was none is taken back.
 */
import { parsePath, type Path } from '../../core/telemetry/path.ts';
import type { SeriesLife } from '../../service/store/reading/series-life.ts';
import type { StoredLeaf } from '../normalise/leaf.ts';

export interface StoredSweepOptions {
  readonly lives: () => Promise<readonly SeriesLife[]>;
  /** Resolves after the wait before try `attempt`, from 1. */
  readonly pause: (attempt: number) => Promise<void>;
  readonly found: (stored: readonly StoredLeaf[], syncedAtMs: number) => void;
}

export interface StoredSync {
  readonly syncedAtMs: number;
  /** Whether the target had to send what it has of this path. */
  readonly owed: (path: Path) => boolean;
  readonly signal: AbortSignal;
}

export class StoredSweep {
  readonly #options: StoredSweepOptions;

  constructor(options: StoredSweepOptions) {
    this.#options = options;
  }

  /** Tried until the store answers: what comes meanwhile is known to the normaliser. Never rejects. */
  async run({ syncedAtMs, owed, signal }: StoredSync): Promise<void> {
    const { lives, pause, found } = this.#options;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        const stored = await lives();
        if (!signal.aborted) found(leavesOf(stored, owed), syncedAtMs);
        return;
      } catch {
        // Told where batches are stored: they fail as well.
        await pause(attempt);
      }
    }
  }
}

/** What nobody asks for any more, or the target refuses to tell, was not to be sent, and does not end for that. */
function leavesOf(stored: readonly SeriesLife[], owed: StoredSync['owed']): StoredLeaf[] {
  return stored.flatMap((series) => {
    const path = parsePath(series.path);
    if (!path.ok) return [];
    const concerned = series.endsUs.length > 0 || owed(path.value);
    return concerned ? [{ ...series, key: series.path, path: path.value }] : [];
  });
}
