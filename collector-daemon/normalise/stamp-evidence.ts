/** What the leaves of a notification say of its stamp, when that is older than others of the device. */
import { formatPath } from '../../core/telemetry/path.ts';
import { exactInteger, numberOf, textOf, type LeafValue } from '../../core/telemetry/value.ts';
import type { Leaf } from './leaf.ts';
import type { LeafSet } from './leaf-set.ts';
import type { Suspect } from './suspicion.ts';

export interface StampVerdict {
  /** Counters that have more than what the leaf had at a later stamp: it is no late sample. */
  readonly countedOn: number;
  /** Counters that have less than in this connect before. */
  readonly countedBack: number;
  /** Leaves that have had a later stamp. */
  readonly wentBack: number;
  /** States of which the first that this connect says is another one, and older, than the last of the connect before. */
  readonly saidAnew: number;
}

const nothing: StampVerdict = { countedOn: 0, countedBack: 0, wentBack: 0, saidAnew: 0 };
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
    const verdict = { ...nothing };
    const isOlder = (leaf: Leaf) =>
      leaf.end === null && leaf.clockEpoch === clockEpoch && stampUs < leaf.lastStampUs;
    for (const { path, value } of notification.updates.slice(0, mostLooked)) {
      const leaf = this.#leaves.get(formatPath(path));
      if (leaf === undefined || leaf.valueKind !== value.kind || !isOlder(leaf)) continue;
      const isAnew = leaf.valueGeneration !== this.#generation();
      const counted = countedBeyond(leaf, value);
      if (counted > 0) verdict.countedOn += 1;
      if (counted < 0 && !isAnew) verdict.countedBack += 1;
      if (isAnew && saysAnother(leaf, value, stampUs)) verdict.saidAnew += 1;
      verdict.wentBack += 1;
    }
    if (notification.updates.length === 0)
      verdict.wentBack += this.#deletedLater(notification, isOlder);
    return verdict;
  }

  /** All that it says has been said with that very stamp: that tells when it was said first, and nothing of now. */
  isSaidAgain({ notification: { updates, deletes }, stampUs }: Suspect): boolean {
    if (updates.length === 0 || deletes.length > 0) return false;
    return updates.slice(0, mostLooked).every(({ path, value }) => {
      const leaf = this.#leaves.get(formatPath(path));
      return leaf?.lastStampUs === stampUs && leaf.valueKind === value.kind && isSame(leaf, value);
    });
  }

  #deletedLater({ deletes }: Suspect['notification'], isOlder: (leaf: Leaf) => boolean): number {
    const [container] = deletes;
    if (container === undefined) return 0;
    return this.#leaves.livingWithin(container).slice(0, mostLooked).filter(isOlder).length;
  }
}

function countedBeyond({ kind, lastInteger }: Leaf, value: LeafValue): number {
  const integer = kind === 'counter' ? exactInteger(value) : null;
  if (integer === null || lastInteger === null || integer === lastInteger) return 0;
  return integer > lastInteger ? 1 : -1;
}

/** And nothing that it said before: some targets begin with what they said last. */
function saysAnother(
  { kind, history, lastText }: Leaf,
  value: LeafValue,
  stampUs: number,
): boolean {
  const text = kind === 'state' ? textOf(value) : lastText;
  return text !== lastText && history?.at(stampUs)?.text !== text;
}

function isSame({ kind, lastText, lastNumber }: Leaf, value: LeafValue): boolean {
  return kind === 'state' ? textOf(value) === lastText : numberOf(value) === lastNumber;
}
