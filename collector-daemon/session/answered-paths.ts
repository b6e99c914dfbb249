/**
 * Which of the subscribed paths a device answers, and where it answers the others: Junos takes `/junos/…/optics` and sends
 * `/interfaces/…/optics`. Told apart by the first element: beside paths that are answered a device may send its whole
 * sensor, which nobody asked for; what comes under a root of its own, while something that was asked for does not come
 * at all, can only be that.
 */
import type { PathSubscription } from '../../core/inventory/collection-target.ts';
import type { DataTrouble, TroubleListener } from '../../core/telemetry/data-trouble.ts';
import { formatPath, type Path } from '../../core/telemetry/path.ts';
import { askedRoot, subscribedTo } from './subscribed-paths.ts';

/** Leaves of a session that may be stored so: what was asked for is seldom larger. */
const maxAdopted = 10_000;
/** That it is still so is said again, lest it be taken for over. */
const saidAgainMs = 300_000;

export interface AnsweredPathsOptions {
  readonly subscriptions: readonly PathSubscription[];
  readonly troubles: TroubleListener;
  readonly maxLeaves?: number;
}

interface Asked {
  readonly text: string;
  readonly includes: (path: Path) => boolean;
  /** First element of the path; null where it may be any. */
  readonly root: string | null;
  answered: boolean;
}

export class AnsweredPaths {
  readonly #asked: readonly Asked[];
  readonly #troubles: TroubleListener;
  readonly #maxLeaves: number;
  /** Nothing came of these since they were asked for; empty until enough time has gone by. */
  #unanswered: readonly Asked[] = [];
  #adopted = 0;
  #example: string | null = null;
  #nowMs = 0;
  #saidAtMs = 0;

  constructor({ subscriptions, troubles, maxLeaves = maxAdopted }: AnsweredPathsOptions) {
    this.#troubles = troubles;
    this.#maxLeaves = maxLeaves;
    this.#asked = subscriptions.map((one) => ({
      text: one.path,
      includes: subscribedTo([one]),
      root: askedRoot(one),
      answered: false,
    }));
  }

  /** Takes what is noticed of the session's data on, and says where a value is nobody's while a path is not answered. */
  readonly listener: TroubleListener = {
    noticed: (trouble) => this.#troubles.noticed(this.#explained(trouble)),
  };

  /** Before the leaves of a notification that was received then are asked for. */
  receivedAt(ms: number): void {
    this.#nowMs = ms;
    if (this.#example !== null && ms - this.#saidAtMs >= saidAgainMs) this.#sayElsewhere(0);
  }

  /** Whether a leaf that is not known yet is to be stored. */
  wanted(path: Path): boolean {
    let found = false;
    for (const asked of this.#asked) {
      if (!asked.includes(path)) continue;
      found = true;
      if (!asked.answered) this.#answer(asked);
    }
    return found || this.#adopt(path);
  }

  /** Some time after a sync: what has not come by now is not answered, but for what the target has refused. */
  conclude(refused: readonly string[]): void {
    this.#unanswered = this.#asked.filter(
      ({ answered, text }) => !answered && !refused.includes(text),
    );
  }

  #answer(asked: Asked): void {
    asked.answered = true;
    this.#unanswered = this.#unanswered.filter((one) => one !== asked);
  }

  #adopt(path: Path): boolean {
    const root = path.elems[0]?.name;
    if (this.#unanswered.length === 0 || this.#adopted >= this.#maxLeaves) return false;
    if (this.#asked.some((one) => one.answered && (one.root === null || one.root === root))) {
      return false;
    }
    this.#adopted += 1;
    this.#example ??= formatPath(path);
    this.#sayElsewhere(1);
    return true;
  }

  #sayElsewhere(count: number): void {
    this.#saidAtMs = this.#nowMs;
    this.#troubles.noticed({
      kind: 'answered-elsewhere',
      path: this.#unansweredText(),
      count,
      atMs: this.#nowMs,
      value: `answered under ${this.#example}`,
    });
  }

  #explained(trouble: DataTrouble): DataTrouble {
    if (trouble.kind !== 'filtered' || this.#unanswered.length === 0) return trouble;
    const value = `while this comes: ${trouble.path}`;
    return { ...trouble, kind: 'unanswered', path: this.#unansweredText(), value };
  }

  /** One is named; of several nobody can say which of them it is. */
  #unansweredText(): string {
    return this.#unanswered[0]?.text ?? this.#asked[0]!.text;
  }
}
