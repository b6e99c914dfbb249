/** Judges the keys of a program by what is sealed in the database. No I/O. */
import { fitProblem, holds, type KeyFit, wayOut } from '../secret/key-fit.ts';
import type { KnownKey } from '../secret/known-keys.ts';
import { masterFingerprint, type MasterKey } from '../secret/master-key.ts';
import type { Finding } from './finding.ts';

export interface SecretFacts {
  readonly fit: KeyFit;
  /** Of the program that asks; none where it is no collector's. */
  readonly masters: readonly MasterKey[];
  readonly keyFile: string;
  /** Sentences of devices whose secrets do not open although their key is here. */
  readonly unopened: readonly string[];
}

const about = 'secrets';

/** One finding a trouble; a single good one where there is none. */
export function judgeSecrets(facts: SecretFacts): readonly Finding[] {
  const { fit, masters } = facts;
  const troubles =
    masters.length === 0 ? judgeKeyless(fit) : [...judgeKeys(facts), ...judgeOpening(facts)];
  return [...(troubles.length === 0 ? [wellOf(fit, masters)] : troubles), ...judgeAge(fit)];
}

function wellOf({ known }: KeyFit, masters: readonly MasterKey[]): Finding {
  const current = currentOf(known);
  const text =
    current === undefined
      ? 'no key yet: the first collector makes one'
      : `sealed to the key "${current.id}" (${current.fingerprint})${masters.length === 0 ? `, which collectors have (first ${current.node}); this program needs none` : ''}`;
  return { level: 'ok', about, text };
}

function currentOf(known: readonly KnownKey[]): KnownKey | undefined {
  return known.find((key) => key.current);
}

/** Without keys there is nothing to compare; only who could open what is sealed. */
function judgeKeyless({ known, used }: KeyFit): readonly Finding[] {
  if (currentOf(known) !== undefined || used.length === 0) return [];
  const text =
    'no collector of this version has worked here yet: until one does, no passwords are taken';
  return [{ level: 'warning', about, text }];
}

function judgeKeys({ fit, masters, keyFile }: SecretFacts): readonly Finding[] {
  const lacking = fitProblem(fit, keyFile);
  if (lacking !== null) return [{ level: 'problem', about, text: lacking }];
  const current = currentOf(fit.known);
  if (current === undefined || current.fingerprint === masterFingerprint(masters[0]!)) return [];
  if (holds(masters, current)) {
    const text = `sealed to the key "${current.id}", which is not the first one here ("${masters[0]!.id}"): that changes when this node's collector has its turn`;
    return [{ level: 'hint', about, text }];
  }
  const text = `what is entered from now on is sealed to the key "${current.id}", which is not here: ${wayOut(fit, keyFile)}`;
  return [{ level: 'problem', about, text }];
}

function judgeOpening({ unopened }: SecretFacts): readonly Finding[] {
  return unopened.map((text) => ({ level: 'problem', about, text }));
}

/** What waits for being sealed anew. */
function judgeAge({ known, used }: KeyFit): readonly Finding[] {
  const current = currentOf(known)?.fingerprint;
  return used
    .filter(({ fingerprint }) => current !== undefined && fingerprint !== current)
    .map(({ fingerprint, id, credentials }) => ({
      level: 'hint',
      about,
      text: `${credentials} ${credentials === 1 ? 'credential is' : 'credentials are'} still sealed ${fingerprint === null ? `the way of earlier versions, with the key "${id}"` : `to the key "${id}"`}: a running collector that has it seals them anew within a minute ("nocturne keys reseal" at once)`,
    }));
}
