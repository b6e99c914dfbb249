/**
 * Commands: asked for by a console, executed by whichever collector claims them, followed by everyone.
 *
 *   waiting → running → done | failed     and from waiting or running → expired at the deadline
 *
 * Secrets a command needs are sealed, and emptied when it ends.
 */
import type { Command, CommandStep } from '../../../core/contract/command.ts';
import type { GnmiEndpoint } from '../../../core/inventory/collection-target.ts';
import { NocturneError } from '../../../core/errors.ts';
import { makeUuid, type Uuid } from '../../../core/id.ts';
import { systemClock } from '../../../core/time.ts';
import type { CredentialSecrets } from '../secret/credential.ts';
import { queryOne, type Queryable } from '../connection/queryable.ts';
import type { SecretBox, SecretPlace } from '../secret/sealed-secret.ts';
import { storableJson, storableText } from '../writing/storable-text.ts';

function placeOf(id: string): SecretPlace {
  return { table: 'command', row: id, column: 'sealed' };
}

const shown = `id, kind, state, node, steps, problem, requested_at as "requestedAtMs",
  deadline_at as "deadlineAtMs"`;

/** Asks for a connection test; answers the command's id. */
export async function insertConnectionTest(
  db: Queryable,
  box: SecretBox,
  test: { endpoint: GnmiEndpoint; requestedBy: string; deadlineMs: number },
): Promise<Uuid> {
  const id = makeUuid(systemClock);
  const { username, password, tlsKeyPem, ...open } = test.endpoint;
  await db.query(
    `insert into command (id, kind, request, sealed, requested_by, deadline_at)
     values ($1, 'connection-test', $2, $3, $4, now() + $5 * interval '1 ms')`,
    [
      id,
      JSON.stringify({ endpoint: open }),
      box.seal(JSON.stringify({ username, password, tlsKeyPem }), placeOf(id)),
      test.requestedBy,
      test.deadlineMs,
    ],
  );
  return id;
}

/** @throws NOT_FOUND */
export async function readCommand(db: Queryable, id: Uuid): Promise<Command> {
  await expireCommands(db);
  const { rows } = await db.query<Command>(`select ${shown} from command where id = $1`, [id]);
  if (rows[0] === undefined) {
    throw new NocturneError('NOT_FOUND', `there is no command with the id ${id}`);
  }
  return rows[0];
}

/** Ends what is past its deadline, whoever notices first. */
export async function expireCommands(db: Queryable): Promise<void> {
  await db.query(
    `update command set state = 'expired', sealed = null, finished_at = now(), problem = coalesce(problem,
       case when state = 'waiting' then 'no collector took the command in time: is one running?'
         else 'the collector did not finish in time' end)
     where state in ('waiting', 'running') and deadline_at < clock_timestamp()`,
  );
}

export interface ClaimedTest {
  readonly id: Uuid;
  readonly endpoint: GnmiEndpoint;
  readonly deadlineAtMs: number;
}

/**
 * Takes the oldest waiting connection test for this node, or null; no two nodes get the same.
 * @throws CREDENTIAL_UNREADABLE after ending the command as failed
 */
export async function claimConnectionTest(
  db: Queryable,
  box: SecretBox,
  node: string,
): Promise<ClaimedTest | null> {
  const { rows } = await db.query<{
    id: Uuid;
    request: { endpoint: Omit<GnmiEndpoint, keyof CredentialSecrets> };
    sealed: Buffer;
    deadlineAtMs: number;
  }>(
    `update command set state = 'running', node = $1
     where id = (
       select id from command
       where state = 'waiting' and kind = 'connection-test' and deadline_at > clock_timestamp()
       order by requested_at limit 1 for update skip locked
     )
     returning id, request, sealed, deadline_at as "deadlineAtMs"`,
    [node],
  );
  const row = rows[0];
  if (row === undefined) return null;
  try {
    const secrets = JSON.parse(box.open(row.sealed, placeOf(row.id))) as CredentialSecrets;
    const { id, deadlineAtMs } = row;
    return { id, deadlineAtMs, endpoint: { ...row.request.endpoint, ...secrets } };
  } catch (error) {
    await finishCommand(db, row.id, { problem: (error as Error).message });
    throw error;
  }
}

/** Shows how far it is; false when the command ended meanwhile, so that the work can stop. */
export async function updateCommandSteps(
  db: Queryable,
  id: Uuid,
  steps: readonly CommandStep[],
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update command set steps = $2 where id = $1 and state = 'running'`,
    [id, storableJson(steps)],
  );
  return rowCount === 1;
}

/** Ends a running command: `failed` with a problem, else `done`. */
export async function finishCommand(
  db: Queryable,
  id: Uuid,
  end: { steps?: readonly CommandStep[]; problem: string | null },
): Promise<void> {
  await db.query(
    `update command set state = $2, problem = $3, steps = coalesce($4, steps), sealed = null,
       finished_at = now()
     where id = $1 and state = 'running'`,
    [
      id,
      end.problem === null ? 'done' : 'failed',
      end.problem === null ? null : storableText(end.problem),
      end.steps === undefined ? null : storableJson(end.steps),
    ],
  );
}

/** How many commands wait for a collector. */
export async function countWaiting(db: Queryable): Promise<number> {
  const { waiting } = await queryOne<{ waiting: number }>(
    db,
    `select count(*) as waiting from command where state = 'waiting'`,
  );
  return waiting;
}
