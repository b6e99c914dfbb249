/**
 * Mark and sweep over a restart: in each connect of a session, what the store still takes for living under the subscribed
 * paths is compared with what the target has sent. So an end that was lost on its way, with a worker or a refused batch,
 * is told again too.
 */
import { parsePath, type Path } from '../../core/telemetry/path.ts';
import type { LivingSeries } from '../../service/store/reading/series-living.ts';
import type { StoredLeaf } from '../normalise/leaf.ts';

export interface StoredSweepOptions {
  readonly living: () => Promise<readonly LivingSeries[]>;
  /** Whether the target owes what it has of this path. */
  readonly asked: (path: Path) => boolean;
  /** Resolves after the wait before try `attempt`, from 1. */
  readonly pause: (attempt: number) => Promise<void>;
  readonly found: (stored: readonly StoredLeaf[], syncedAtMs: number) => void;
}

export class StoredSweep {
  readonly #options: StoredSweepOptions;

  constructor(options: StoredSweepOptions) {
    this.#options = options;
  }

  /** Tried until the store answers: what comes meanwhile is known to the normaliser. Never rejects. */
  async run(syncedAtMs: number, signal: AbortSignal): Promise<void> {
    const { living, pause, found } = this.#options;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        const stored = await living();
        if (!signal.aborted) found(this.#subscribed(stored), syncedAtMs);
        return;
      } catch {
        // Told where batches are stored: they fail as well.
        await pause(attempt);
      }
    }
  }

  /** What nobody asks for any more was not to be sent. */
  #subscribed(stored: readonly LivingSeries[]): StoredLeaf[] {
    return stored.flatMap((series) => {
      const path = parsePath(series.path);
      return path.ok && this.#options.asked(path.value)
        ? [{ ...series, key: series.path, path: path.value }]
        : [];
    });
  }
}
