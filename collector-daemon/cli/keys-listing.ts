/** What `nocturne keys list` shows. No key is in it. */
import { fitProblem, holds, type KeyFit } from '../../service/store/secret/key-fit.ts';
import type { KnownKey } from '../../service/store/secret/known-keys.ts';
import { masterFingerprint, type MasterKey } from '../../service/store/secret/master-key.ts';
import { table } from './table.ts';

export function keysListing(fit: KeyFit, masters: readonly MasterKey[], keyFile: string): string {
  const { known, used } = fit;
  const unknown = masters.filter(
    (master) => !known.some(({ fingerprint }) => fingerprint === masterFingerprint(master)),
  );
  const rows = [
    ...known.map((key) => [
      key.id,
      key.fingerprint,
      stateOf(key),
      holds(masters, key) ? 'yes' : 'no',
      String(used.find(({ fingerprint }) => fingerprint === key.fingerprint)?.credentials ?? 0),
      key.node,
    ]),
    ...unknown.map((master) => [
      master.id,
      masterFingerprint(master),
      'not used yet',
      'yes',
      '0',
      '',
    ]),
    ...used
      .filter(({ fingerprint }) => fingerprint === null)
      .map(({ id, credentials }) => [
        id,
        '(earlier version)',
        'opens',
        holds(masters, { id, fingerprint: null }) ? 'yes' : 'no',
        String(credentials),
        '',
      ]),
  ];
  if (rows.length === 0) return 'no keys yet: the first collector makes one';
  const problem = masters.length === 0 ? null : fitProblem(fit, keyFile);
  return [
    table(['KEY', 'FINGERPRINT', 'STATE', 'HERE', 'CREDENTIALS', 'FIRST ON'], rows),
    ...(problem === null ? [] : ['', problem]),
  ].join('\n');
}

function stateOf({ current, lostAtMs, sealingSinceMs }: KnownKey): string {
  if (lostAtMs !== null) return 'given up';
  if (current) return 'seals';
  return sealingSinceMs === null ? 'not used yet' : 'opens';
}
