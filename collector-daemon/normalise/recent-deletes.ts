/**
 * Containers that were deleted or replaced of late, and when. A leaf that nobody knew may be sent after that, with a stamp of
 * before it: then it is gone already.
 */
import { formatPath, isWithin, type Path } from '../../core/telemetry/path.ts';
import type { LeafTime } from './sample-time.ts';

interface Deleted {
  readonly path: Path;
  readonly at: LeafTime;
}

const most = 256;

export class RecentDeletes {
  readonly #byText = new Map<string, Deleted>();
  #newestUs = Number.NEGATIVE_INFINITY;

  /** Of a connect or a clock that is over they say nothing. */
  clear(): void {
    this.#byText.clear();
    this.#newestUs = Number.NEGATIVE_INFINITY;
  }

  /** Where the device gives no time, what is sent later is newer. */
  add(path: Path, { timeUs, stampUs, clockEpoch, generation }: LeafTime): void {
    if (Number.isNaN(stampUs)) return;
    const text = formatPath(path);
    const known = this.#byText.get(text);
    if (known !== undefined && known.at.stampUs > stampUs) return;
    this.#byText.delete(text);
    this.#byText.set(text, { path, at: { timeUs, stampUs, clockEpoch, generation } });
    this.#newestUs = Math.max(this.#newestUs, stampUs);
    if (this.#byText.size > most) this.#byText.delete(this.#byText.keys().next().value!);
  }

  /** The newest that the leaf's sample of that time lies before; null where it lives. */
  over(path: Path, { stampUs }: LeafTime): LeafTime | null {
    // Nearly always: what is new is sent at once.
    if (!(stampUs < this.#newestUs)) return null;
    let newest: LeafTime | null = null;
    for (const deleted of this.#byText.values()) {
      if (deleted.at.stampUs <= Math.max(stampUs, newest?.stampUs ?? stampUs)) continue;
      if (isWithin(deleted.path, path)) newest = deleted.at;
    }
    return newest;
  }
}
