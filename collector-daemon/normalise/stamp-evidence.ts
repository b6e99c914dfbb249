/** What the leaves of a notification say of its stamp, when that is older than others of the device. */
import { formatPath } from '../../core/telemetry/path.ts';
import { exactInteger, numberOf, textOf, type LeafValue } from '../../core/telemetry/value.ts';
import type { Leaf } from './leaf.ts';
import type { LeafSet } from './leaf-set.ts';
import type { Suspect } from './suspicion.ts';

export interface StampVerdict {
  /** Counters that have more than what the leaf had at a later stamp: it is no late sample. */
  readonly countedOn: number;
  /** Counters that have less. */
  readonly countedBack: number;
  /** Leaves that have had a later stamp in this connect. */
  readonly wentBack: number;
  /** Leaves whose first value in this connect is another one, and older, than the last of the connect before. */
  readonly saidAnew: number;
}

/** Enough to tell; a message may have thousands. */
const mostLooked = 64;

export class StampEvidence {
  readonly #leaves: LeafSet;
  readonly #generation: () => number;

  constructor(leaves: LeafSet, generation: () => number) {
    this.#leaves = leaves;
    this.#generation = generation;
  }

  of({ notification, stampUs }: Suspect, clockEpoch: number): StampVerdict {
    const verdict = { countedOn: 0, countedBack: 0, wentBack: 0, saidAnew: 0 };
    const isOlder = (leaf: Leaf) =>
      leaf.end === null && leaf.clockEpoch === clockEpoch && stampUs < leaf.lastStampUs;
    for (const { path, value } of notification.updates.slice(0, mostLooked)) {
      const leaf = this.#leaves.get(formatPath(path));
      if (leaf === undefined || leaf.valueKind !== value.kind || !isOlder(leaf)) continue;
      const counted = countedBeyond(leaf, value);
      if (counted > 0) verdict.countedOn += 1;
      if (counted < 0) verdict.countedBack += 1;
      if (leaf.valueGeneration === this.#generation()) verdict.wentBack += 1;
      else if (isAnother(leaf, value)) verdict.saidAnew += 1;
    }
    if (notification.updates.length === 0)
      verdict.wentBack += this.#deletedLater(notification, isOlder);
    return verdict;
  }

  #deletedLater({ deletes }: Suspect['notification'], isOlder: (leaf: Leaf) => boolean): number {
    const [container] = deletes;
    if (container === undefined) return 0;
    return this.#leaves
      .livingWithin(container)
      .slice(0, mostLooked)
      .filter((leaf) => leaf.valueGeneration === this.#generation() && isOlder(leaf)).length;
  }
}

function countedBeyond({ kind, lastInteger }: Leaf, value: LeafValue): number {
  const integer = kind === 'counter' ? exactInteger(value) : null;
  if (integer === null || lastInteger === null || integer === lastInteger) return 0;
  return integer > lastInteger ? 1 : -1;
}

function isAnother(leaf: Leaf, value: LeafValue): boolean {
  return leaf.kind === 'state'
    ? textOf(value) !== leaf.lastText
    : numberOf(value) !== leaf.lastNumber;
}
