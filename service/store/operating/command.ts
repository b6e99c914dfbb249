/**
 * Commands: asked for by a console, executed by whichever collector claims them, followed by everyone.
 *
 *   waiting → running → done | failed     and from waiting or running → expired at the deadline
 *
 * Secrets a command needs are sealed, and emptied when it ends.
 */
import type { Command, CommandStep } from '../../../core/contract/command.ts';
import type { GnmiEndpoint } from '../../../core/inventory/collection-target.ts';
import { NocturneError, sentenceOf } from '../../../core/errors.ts';
import { makeUuid, type Uuid } from '../../../core/id.ts';
import { systemClock } from '../../../core/time.ts';
import { queryOne, type Queryable } from '../connection/queryable.ts';
import {
  givenOf,
  openCredential,
  readStoredSecrets,
  type StoredSecrets,
} from '../secret/credential.ts';
import { encodeParts, type SecretKind, secretKinds } from '../secret/envelope-codec.ts';
import {
  type GivenSecrets,
  noSecrets,
  type SecretBox,
  type Secrets,
} from '../secret/sealed-secret.ts';
import { findSealer, sealSecrets } from '../secret/sealer.ts';
import {
  endpointBinding,
  gnmiEndpoint,
  isBoundToEndpoint,
  type SecretEndpoint,
  type SecretPlace,
} from '../secret/secret-place.ts';
import { storableJson, storableText } from '../writing/storable-text.ts';

function placeOf(id: string, endpoint: SecretEndpoint): SecretPlace {
  return { table: 'command', row: id, column: 'sealed', endpoint };
}

const shown = `id, kind, state, node, steps, problem, requested_at as "requestedAtMs",
  deadline_at as "deadlineAtMs"`;

type OpenEndpoint = Omit<GnmiEndpoint, keyof Secrets>;

export interface ConnectionTestRequest {
  readonly endpoint: OpenEndpoint;
  readonly given: GivenSecrets;
  /** Of the device that is tested; what is not given is taken from there. */
  readonly stored: StoredSecrets | null;
  readonly requestedBy: string;
  readonly deadlineMs: number;
}

/** What stands in `command.request`. Collectors of the release before do not look for a credential. */
interface StoredRequest {
  readonly endpoint: OpenEndpoint;
  readonly credentialId?: Uuid;
}

/**
 * Asks for a connection test; answers the command's id.
 * @throws CONFIG_INVALID, CREDENTIAL_UNREADABLE where no collector could open its secrets
 */
export async function insertConnectionTest(
  db: Queryable,
  box: SecretBox,
  test: ConnectionTestRequest,
): Promise<Uuid> {
  const id = makeUuid(systemClock);
  const { request, sealed } = await sealTest(db, box, { id, test });
  await db.query(
    `insert into command (id, kind, request, sealed, requested_by, deadline_at)
     values ($1, 'connection-test', $2, $3, $4, now() + $5 * interval '1 ms')`,
    [id, JSON.stringify(request), sealed, test.requestedBy, test.deadlineMs],
  );
  return id;
}

async function sealTest(
  db: Queryable,
  box: SecretBox,
  { id, test }: { id: Uuid; test: ConnectionTestRequest },
): Promise<{ request: StoredRequest; sealed: Buffer }> {
  const { endpoint, given, stored } = test;
  const target = gnmiEndpoint(endpoint);
  const place = placeOf(id, target);
  if (stored === null && Object.keys(given).length === 0) {
    const sealer = await findSealer(db, box).catch(() => null);
    const sealed = sealer === null ? encodeParts([]) : sealSecrets(sealer, {}, place);
    return { request: { endpoint }, sealed };
  }
  const sealer = await findSealer(db, box);
  if (sealer.to === 'public-key') {
    const request = stored === null ? { endpoint } : { endpoint, credentialId: stored.id };
    return { request, sealed: sealSecrets(sealer, given, place) };
  }
  const known = stored === null ? {} : givenOf(openCredential(box, stored, target));
  return { request: { endpoint }, sealed: sealSecrets(sealer, { ...known, ...given }, place) };
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
    request: StoredRequest;
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
    const { id, deadlineAtMs, request, sealed } = row;
    const given = givenOf(box.open(sealed, placeOf(id, gnmiEndpoint(request.endpoint))));
    const others = secretKinds.filter((kind) => given[kind] === undefined);
    const secrets = { ...(await storedSecrets(db, box, { request, kinds: others })), ...given };
    return { id, deadlineAtMs, endpoint: { ...request.endpoint, ...secrets } };
  } catch (error) {
    await finishCommand(db, row.id, { problem: sentenceOf(error) });
    throw error;
  }
}

/** Those of the device, where they were entered for the endpoint to be tested. @throws CREDENTIAL_UNREADABLE */
async function storedSecrets(
  db: Queryable,
  box: SecretBox,
  { request, kinds }: { request: StoredRequest; kinds: readonly SecretKind[] },
): Promise<Secrets> {
  const { credentialId } = request;
  const endpoint = gnmiEndpoint(request.endpoint);
  const stored = credentialId === undefined ? null : await readStoredSecrets(db, credentialId);
  if (stored === null) return noSecrets;
  const opened = openCredential(box, stored, endpoint, kinds);
  // Envelopes of version 1 are bound to no endpoint.
  const bound = kinds.some((kind) => isBoundToEndpoint(kind) && opened[kind] !== null);
  if (!bound || (await isEndpointOf(db, stored.id, endpoint))) return opened;
  throw new NocturneError(
    'CREDENTIAL_UNREADABLE',
    'the stored password is for another endpoint than the one to be tested: give it again',
  );
}

async function isEndpointOf(
  db: Queryable,
  credentialId: Uuid,
  endpoint: SecretEndpoint,
): Promise<boolean> {
  const { rows } = await db.query<SecretEndpoint>(
    `select protocol, address, port, tls_mode as "tlsMode", tls_name as "tlsName", tls_ca_pem as "tlsCaPem"
     from device_endpoint where credential_id = $1 and retired_at is null`,
    [credentialId],
  );
  const binding = endpointBinding(endpoint);
  return rows.some((row) => endpointBinding(row) === binding);
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
