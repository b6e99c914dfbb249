/** Judges troubles with the data of devices: one finding a kind, and a line a device. No I/O. */
import {
  isTroubleKind,
  troubleCountText,
  type TroubleNature,
  troubleNatures,
} from '../../../core/telemetry/data-trouble.ts';
import type { NamedTrouble } from '../operating/data-trouble.ts';
import type { Finding } from './finding.ts';
import type { TroubleFacts } from './trouble-facts.ts';

const about = 'data';
const namedTogether = 3;

const levels: Readonly<Record<TroubleNature['severity'], Finding['level']>> = {
  info: 'hint',
  warning: 'warning',
  error: 'warning',
};

export function judgeTroubles({
  troubles,
  quarantine,
  quarantined,
}: TroubleFacts): readonly Finding[] {
  const findings = [...Map.groupBy(troubles, ({ kind }) => kind)].map(([kind, alike]) =>
    judgeKind(kind, alike),
  );
  if (quarantined > 0) {
    const most = quarantine
      .slice(0, namedTogether)
      .map(
        ({ device, reason, rows }) =>
          `${device ?? 'a device unknown'}: ${numberText(rows)} ${reason}`,
      );
    const text = `${numberText(quarantined)} values of the last day are in quarantine (${most.join('; ')}): see them in the console under Data troubles`;
    findings.push({ level: 'warning', about: 'quarantine', text });
  }
  if (findings.length > 0) return findings;
  return [{ level: 'ok', about, text: 'no trouble with the data of any device in the last day' }];
}

function judgeKind(kind: string, alike: readonly NamedTrouble[]): Finding {
  const count = alike.reduce((sum, trouble) => sum + trouble.count, 0);
  const names = alike.slice(0, namedTogether).map(({ device }) => device ?? 'a device unknown');
  const rest = alike.length - names.length;
  const who = `${names.join(', ')}${rest > 0 ? ` and ${numberText(rest)} more` : ''}`;
  // A later program may know more kinds than this one.
  if (!isTroubleKind(kind)) return { level: 'warning', about, text: `${who}: ${count} ${kind}` };
  const { severity, fate, advice } = troubleNatures[kind];
  const text = `${who}: ${troubleCountText(kind, count)}, ${fate}; ${advice}`;
  return { level: levels[severity], about, text };
}

/** For a table: device, kind, how many, since when, until when, and where. */
export function troubleLines({ troubles }: TroubleFacts, most: number): string[][] {
  return troubles
    .toSorted((left, right) => right.count - left.count)
    .slice(0, most)
    .map(({ device, kind, count, beganAtMs, lastAtMs, overAtMs, examples }) => [
      device ?? '?',
      kind,
      numberText(count),
      timeText(beganAtMs),
      overAtMs === null ? timeText(lastAtMs) : `${timeText(lastAtMs)}, over`,
      [examples[0]?.path, examples[0]?.value].filter(Boolean).join(' = ') || '–',
    ]);
}

function numberText(count: number): string {
  return count.toLocaleString('en');
}

function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16)}Z`;
}
