/** What PostgreSQL's auto_explain tells of a statement that ran. Pure. */

/** One scan of a plan, all its loops together. */
export interface Scan {
  readonly relation: string;
  /** Without an index that narrows it. */
  readonly whole: boolean;
  /** Rows looked at, those included that a filter left out. */
  readonly rows: number;
}

export interface StatementPlan {
  readonly text: string;
  /** Of the execution. */
  readonly ms: number;
  /** Pages, from memory or not. */
  readonly pages: number;
  /** What it answered or changed. */
  readonly rows: number;
  readonly scans: readonly Scan[];
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Order By'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** null for another notice. */
export function planOfNotice(message: string): StatementPlan | null {
  const [, ms, document] = /^duration: ([\d.]+) ms\s+plan:\s+(\{[^]*\})\s*$/.exec(message) ?? [];
  if (ms === undefined || document === undefined) return null;
  const { 'Query Text': text, Plan: plan } = JSON.parse(document) as {
    'Query Text': string;
    Plan: PlanNode;
  };
  return {
    text,
    ms: Number(ms),
    pages: (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0),
    rows: plan['Actual Rows'] ?? 0,
    scans: scansOf(plan),
  };
}

function scansOf(node: PlanNode): Scan[] {
  const below = (node.Plans ?? []).flatMap(scansOf);
  const relation = node['Relation Name'];
  const loops = node['Actual Loops'] ?? 0;
  // A node that was never run costs nothing; a ModifyTable names its relation, too.
  if (relation === undefined || !node['Node Type'].includes('Scan') || loops === 0) return below;
  const each =
    (node['Actual Rows'] ?? 0) +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0);
  return [{ relation, whole: isWhole(node), rows: each * loops }, ...below];
}

function isWhole(node: PlanNode): boolean {
  if (node['Node Type'] === 'Seq Scan') return true;
  return node['Node Type'].startsWith('Index') && node['Index Cond'] === undefined;
}

/** Scans of whole tables that looked at more than so many rows. */
export function largeScans({ scans }: StatementPlan, rows: number): Scan[] {
  return scans.filter((scan) => scan.whole && scan.rows > rows);
}
