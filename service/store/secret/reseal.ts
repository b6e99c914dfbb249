/**
 * Brings every secret to how it is sealed today: version 2, to the first key of whoever does it. What is sealed otherwise
 * comes of programs of the release before, and of keys that were changed since.
 */
import type { Uuid } from '../../../core/id.ts';
import { writeAudit } from '../people/audit.ts';
import type { DatabasePool } from '../connection/pool.ts';
import { transaction } from '../connection/transaction.ts';
import { credentialPlace, givenOf, openCredential, type StoredSecrets } from './credential.ts';
import { readEnvelope } from './envelope-codec.ts';
import { listKnownKeys } from './known-keys.ts';
import { keyPairOf, masterFingerprint } from './master-key.ts';
import type { SecretBox } from './sealed-secret.ts';
import { endpointBinding, type SecretEndpoint } from './secret-place.ts';
import { sealSecrets, type Sealer } from './sealer.ts';

export interface Resealed {
  readonly sealed: number;
  /** Left as they are: they do not open here, or several endpoints that differ share one. */
  readonly left: number;
}

/** Does nothing unless the first key here is the one that everybody seals to. */
export async function resealSecrets(
  pool: DatabasePool,
  box: SecretBox,
  actor: string,
): Promise<Resealed> {
  const [first] = box.masters;
  const known = await listKnownKeys(pool);
  const current = known.find((key) => key.current)?.fingerprint;
  if (first === undefined || masterFingerprint(first) !== current) return { sealed: 0, left: 0 };
  const stale = (await selectStored(pool)).filter(({ sealed }) => !isCurrent(sealed, current));
  const living = new Set(known.map(({ fingerprint }) => fingerprint));
  const sealer: Sealer = { to: 'public-key', publicKey: keyPairOf(first).publicKey, living };
  let sealed = 0;
  for (const one of stale) if (await reseal(pool, { box, sealer }, one)) sealed += 1;
  if (sealed > 0) await record(pool, { actor, fingerprint: current, sealed });
  return { sealed, left: stale.length - sealed };
}

interface Stored extends StoredSecrets {
  /** Of all endpoints that use it, removed devices' included: they may come back. */
  readonly endpoints: readonly SecretEndpoint[];
}

async function selectStored(pool: DatabasePool): Promise<readonly Stored[]> {
  const { rows } = await pool.query<{ id: Uuid; sealed: Buffer; endpoints: SecretEndpoint[] }>(
    `select credential.id, credential.sealed, jsonb_agg(jsonb_build_object('protocol', protocol,
       'address', address, 'port', port, 'tlsMode', tls_mode, 'tlsName', tls_name, 'tlsCaPem', tls_ca_pem)) as endpoints
     from credential join device_endpoint endpoint on endpoint.credential_id = credential.id
       and endpoint.retired_at is null
     where credential.retired_at is null group by credential.id`,
  );
  return rows;
}

function isCurrent(sealed: Uint8Array, fingerprint: string): boolean {
  const envelope = readEnvelope(sealed);
  return (
    envelope?.version === 2 && envelope.parts.every((part) => part.fingerprint === fingerprint)
  );
}

/** False where it had to be left. Whoever enters the secret anew meanwhile is not overwritten. */
async function reseal(
  pool: DatabasePool,
  { box, sealer }: { box: SecretBox; sealer: Sealer },
  stored: Stored,
): Promise<boolean> {
  const [endpoint, ...others] = stored.endpoints;
  const binding = endpointBinding(endpoint!);
  if (others.some((other) => endpointBinding(other) !== binding)) return false;
  try {
    const secrets = givenOf(openCredential(box, stored, endpoint!));
    const sealed = sealSecrets(sealer, secrets, credentialPlace(stored.id, endpoint!));
    const { rowCount } = await pool.query(
      'update credential set sealed = $2, updated_at = now() where id = $1 and sealed = $3',
      [stored.id, sealed, stored.sealed],
    );
    return rowCount === 1;
  } catch (error) {
    if ((error as { code?: string }).code !== 'CREDENTIAL_UNREADABLE') throw error;
    return false;
  }
}

function record(
  pool: DatabasePool,
  { actor, fingerprint, sealed }: { actor: string; fingerprint: string; sealed: number },
): Promise<void> {
  return transaction(pool, (db) =>
    writeAudit(db, {
      actor,
      operation: 'keys.reseal',
      subjectKind: 'secret-key',
      subjectId: fingerprint,
      before: null,
      after: { credentials: sealed },
    }),
  );
}
