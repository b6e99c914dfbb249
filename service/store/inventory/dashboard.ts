/** Dashboards and every saved version of them. */
import type { Dashboard } from '../../../core/contract/dashboard.ts';
import { dashboardDocument, type DashboardDocument } from '../../../core/dashboard/document.ts';
import { NocturneError } from '../../../core/errors.ts';
import type { Uuid } from '../../../core/id.ts';
import { errorCodeOf } from '../connection/database-error.ts';
import { queryOne, type Queryable } from '../connection/queryable.ts';

export interface DashboardSummary {
  readonly id: Uuid;
  readonly title: string;
  readonly tags: string[];
  readonly version: number;
  readonly panels: number;
  readonly savedAtMs: number;
}

export async function listDashboards(db: Queryable): Promise<DashboardSummary[]> {
  const { rows } = await db.query<DashboardSummary>(
    `select dashboard.id, saved.document->>'title' as title, saved.document->'tags' as tags,
       dashboard.version, jsonb_array_length(saved.document->'panels') as panels,
       saved.saved_at as "savedAtMs"
     from dashboard
     join dashboard_version saved on saved.dashboard_id = dashboard.id and saved.version = dashboard.version
     where dashboard.retired_at is null
     order by lower(saved.document->>'title'), dashboard.id`,
  );
  return rows;
}

const selectVersion = `select dashboard_id as id, version, document, saved_at as "savedAtMs",
  saved_by as "savedBy" from dashboard_version`;

/**
 * The newest version, or the one asked for.
 * @throws NOT_FOUND
 */
export async function readDashboard(db: Queryable, id: Uuid, version?: number): Promise<Dashboard> {
  const { rows } = await db.query<Dashboard>(
    `${selectVersion}
     where dashboard_id = $1 and version = coalesce($2, (select version from dashboard where id = $1))
       and exists (select from dashboard where id = $1 and retired_at is null)`,
    [id, version ?? null],
  );
  const row = rows[0];
  if (row === undefined) {
    const which = version === undefined ? '' : ` with a version ${version}`;
    throw new NocturneError('NOT_FOUND', `there is no dashboard ${id}${which}`);
  }
  // Saved by an older program, perhaps: defaults of newer fields are filled in.
  return { ...row, document: dashboardDocument.parse(row.document) };
}

export interface DashboardSave {
  readonly id: Uuid;
  /** 0 for a new dashboard, else the version the change was made on. */
  readonly baseVersion: number;
  readonly document: DashboardDocument;
  readonly actor: string;
}

/**
 * Saves a new version; call it inside a transaction.
 * @throws CONFLICT when somebody else saved meanwhile; NOT_FOUND
 */
export async function saveDashboard(db: Queryable, save: DashboardSave): Promise<Dashboard> {
  const version = save.baseVersion + 1;
  await (save.baseVersion === 0 ? startDashboard(db, save) : advanceDashboard(db, save));
  return queryOne<Dashboard>(
    db,
    `insert into dashboard_version (dashboard_id, version, document, saved_by)
     values ($1, $2, $3, $4)
     returning dashboard_id as id, version, document, saved_at as "savedAtMs", saved_by as "savedBy"`,
    [save.id, version, JSON.stringify(save.document), save.actor],
  );
}

async function startDashboard(db: Queryable, { id }: DashboardSave): Promise<void> {
  try {
    await db.query('insert into dashboard (id, version) values ($1, 1)', [id]);
  } catch (error) {
    if (errorCodeOf(error) !== '23505') throw error;
    throw new NocturneError(
      'CONFLICT',
      `the dashboard ${id} exists already: save on its newest version`,
      { cause: error },
    );
  }
}

async function advanceDashboard(db: Queryable, { id, baseVersion }: DashboardSave): Promise<void> {
  const { rows } = await db.query<{ version: number }>(
    'select version from dashboard where id = $1 and retired_at is null for update',
    [id],
  );
  const newest = rows[0]?.version;
  if (newest === undefined) throw new NocturneError('NOT_FOUND', `there is no dashboard ${id}`);
  if (newest !== baseVersion) {
    throw new NocturneError(
      'CONFLICT',
      `the dashboard was saved by somebody else meanwhile: your change is on version ${baseVersion}, the newest is ${newest}`,
    );
  }
  await db.query('update dashboard set version = version + 1 where id = $1', [id]);
}
