/** Which nodes run, by what they last said of themselves. */
import type { Queryable } from '../connection/queryable.ts';
import type { NodeRole } from '../operating/node.ts';
import { nodeSilenceSeconds } from '../operating/telemetry-session.ts';
import type { Finding } from './finding.ts';

export interface NodeFacts {
  readonly name: string;
  readonly role: NodeRole;
  /** Null where a program before schema version 8 wrote it. */
  readonly host: string | null;
  readonly stopped: boolean;
  readonly silentSeconds: number;
}

/** Of nodes heard of within the last day. */
export async function readNodeFacts(db: Queryable): Promise<readonly NodeFacts[]> {
  const { rows } = await db.query<NodeFacts>(
    `select name, role, host, stopped_at is not null as stopped,
       extract(epoch from clock_timestamp() - seen_at)::float8 as "silentSeconds"
     from node where seen_at > now() - interval '1 d' order by name`,
  );
  return rows;
}

export function judgeNodes(nodes: readonly NodeFacts[]): readonly Finding[] {
  const about = 'nodes';
  const left = nodes.filter(({ stopped }) => !stopped);
  const [living, lost] = [true, false].map((lives) =>
    left.filter(({ silentSeconds }) => silentSeconds < nodeSilenceSeconds === lives),
  );
  const findings: Finding[] = lost!.map((node) => ({
    level: 'warning',
    about,
    text: `${nodeText(node)} ended without a word ${ago(node.silentSeconds)} ago: look at its log, or start it again`,
  }));
  if (living!.length > 0) {
    findings.push({ level: 'ok', about, text: living!.map(nodeText).join('; ') });
  }
  if (!living!.some(({ role }) => role !== 'web')) {
    const text = 'no collector runs, so nothing is collected: start "nocturne collector"';
    findings.push({ level: 'warning', about, text });
  }
  return findings;
}

function nodeText({ name, role, host }: NodeFacts): string {
  const what = role === 'both' ? 'collector and web' : role;
  return `${name} (${what}${host === null ? '' : ` on ${host}`})`;
}

function ago(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
