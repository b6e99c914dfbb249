/** Troubles with data in words. Pure. */
import type { Trouble } from '../../../core/contract/trouble.ts';
import {
  isTroubleKind,
  troubleCountText,
  troubleNatures,
} from '../../../core/telemetry/data-trouble.ts';
import type { Severity } from '../../ui/severity-glyph.tsx';

const severities = { info: 'unmanaged', warning: 'warning', error: 'major' } as const;

/** Collectors of a later version may know kinds that this console does not: those stand as they are. */
export function severityOf({ kind, overAtMs }: Trouble): Severity {
  if (overAtMs !== null) return 'cleared';
  return isTroubleKind(kind) ? severities[troubleNatures[kind].severity] : 'warning';
}

/** `12,000 values that cannot be read, not stored`. */
export function troubleText({ kind, count }: Trouble): string {
  if (!isTroubleKind(kind)) return `${count.toLocaleString('en')} × ${kind.replaceAll('-', ' ')}`;
  return `${troubleCountText(kind, count)}, ${troubleNatures[kind].fate}`;
}

export function adviceOf({ kind }: Trouble): string {
  return isTroubleKind(kind) ? troubleNatures[kind].advice : '';
}

/** `/a/b (NaN)`, the first path known; empty where there is none. */
export function exampleText({ examples }: Trouble): string {
  const [first] = examples;
  if (first === undefined) return '';
  if (first.path === null) return first.value ?? '';
  return first.value === null ? first.path : `${first.path} (${first.value})`;
}

/** All paths known, a line each. */
export function examplesText(trouble: Trouble): string {
  return trouble.examples
    .map((example) => `${exampleText({ ...trouble, examples: [example] })}: ${example.count}`)
    .join('\n');
}

const ranks = ['major', 'warning', 'unmanaged', 'cleared'];

/** What needs attention first. */
export function byUrgency(troubles: readonly Trouble[]): readonly Trouble[] {
  return troubles.toSorted(
    (left, right) =>
      ranks.indexOf(severityOf(left)) - ranks.indexOf(severityOf(right)) ||
      right.lastAtMs - left.lastAtMs,
  );
}
