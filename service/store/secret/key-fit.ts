/** Whether the keys of a program fit what is sealed in the database, and what to do where they do not. */
import type { Queryable } from '../connection/queryable.ts';
import { readEnvelope } from './envelope-codec.ts';
import { type KnownKey, listKnownKeys } from './known-keys.ts';
import { masterFingerprint, type MasterKey } from './master-key.ts';

/** A key that secrets are sealed with, as its envelopes name it. */
export interface UsedKey {
  /** Null for envelopes of version 1, which tell a name alone. */
  readonly fingerprint: string | null;
  readonly id: string;
  /** Credentials that need it. */
  readonly credentials: number;
  readonly devices: readonly string[];
}

export interface KeyFit {
  readonly known: readonly KnownKey[];
  readonly used: readonly UsedKey[];
  /** Used, and not here. */
  readonly lacking: readonly UsedKey[];
}

/** Of the secrets of living devices. */
export async function readKeyFit(db: Queryable, masters: readonly MasterKey[]): Promise<KeyFit> {
  const known = await listKnownKeys(db);
  const used = await listUsedKeys(db, known);
  const lacking = used.filter((key) => !holds(masters, key));
  return { known, used, lacking };
}

export function holds(
  masters: readonly MasterKey[],
  key: Pick<UsedKey, 'fingerprint' | 'id'>,
): boolean {
  return masters.some((master) =>
    key.fingerprint === null ? master.id === key.id : masterFingerprint(master) === key.fingerprint,
  );
}

async function listUsedKeys(db: Queryable, known: readonly KnownKey[]): Promise<UsedKey[]> {
  const { rows } = await db.query<{ sealed: Buffer; device: string }>(
    `select distinct on (credential.id) credential.sealed, device.name as device
     from credential
     join device_endpoint endpoint on endpoint.credential_id = credential.id
       and endpoint.retired_at is null
     join device on device.id = endpoint.device_id and device.retired_at is null
     where credential.retired_at is null order by credential.id, device.name`,
  );
  const byKey = new Map<string, { key: Pick<UsedKey, 'fingerprint' | 'id'>; devices: string[] }>();
  for (const { sealed, device } of rows) {
    for (const key of keysOf(sealed, known)) {
      const name = JSON.stringify([key.fingerprint, key.id]);
      const entry = byKey.get(name) ?? { key, devices: [] };
      entry.devices.push(device);
      byKey.set(name, entry);
    }
  }
  return [...byKey.values()].map(({ key, devices }) => ({
    ...key,
    credentials: devices.length,
    devices: devices.toSorted(),
  }));
}

/** Each key that one envelope needs, once. */
export function keysOf(
  sealed: Uint8Array,
  known: readonly KnownKey[],
): readonly Pick<UsedKey, 'fingerprint' | 'id'>[] {
  const envelope = readEnvelope(sealed);
  if (envelope === null) return [];
  if (envelope.version === 1) return [{ fingerprint: null, id: envelope.keyId }];
  return [...new Set(envelope.parts.map(({ fingerprint }) => fingerprint))].map((fingerprint) => ({
    fingerprint,
    id: known.find((key) => key.fingerprint === fingerprint)?.id ?? fingerprint.slice(0, 8),
  }));
}

/** Null where all that is sealed opens here. */
export function fitProblem(fit: KeyFit, keyFile: string): string | null {
  if (fit.lacking.length === 0) return null;
  const names = fit.lacking.map(({ id }) => `"${id}"`).join(', ');
  const devices = fit.lacking.flatMap((key) => key.devices);
  const shown = `${devices.slice(0, 3).join(', ')}${devices.length > 3 ? ` and ${devices.length - 3} more` : ''}`;
  return `the secrets of ${shown} are sealed with ${fit.lacking.length === 1 ? 'the key' : 'the keys'} ${names}, not among the keys here: ${wayOut(fit, keyFile)}`;
}

/** Where the keys that are wanted can be found, and what is left where they cannot. */
export function wayOut({ known, lacking }: KeyFit, keyFile: string): string {
  const wanted = lacking.map(({ fingerprint, id }) =>
    known.find((key) => key.fingerprint === fingerprint || (fingerprint === null && key.id === id)),
  );
  const current =
    known.find((key) => key.current) ?? known.find(({ lostAtMs }) => lostAtMs === null);
  const holders = new Set(
    (lacking.length === 0 ? [current] : wanted).flatMap((key) =>
      key === undefined ? [] : [key.node],
    ),
  );
  const from =
    holders.size === 0 ? 'a collector that has them' : `the collector ${[...holders].join(', ')}`;
  const ids = (lacking.length === 0 ? [current?.id ?? 'KEY'] : lacking.map(({ id }) => id)).join(
    ' ',
  );
  return `copy the file secret-keys from the data folder of ${from} to ${keyFile}, or set NOCTURNE_SECRET_KEYS as it is set there; where nobody has them any more, give them up with "nocturne keys forget ${ids}" and enter the passwords again`;
}
