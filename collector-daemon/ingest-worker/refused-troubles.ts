/** Rows that went to quarantine, told as troubles with the data of their devices. */
import type { RefusedValue } from '../../service/store/writing/quarantine.ts';
import { notFinite } from '../../service/store/writing/row-check.ts';
import type { TroubleLedger } from './trouble-ledger.ts';

export function tellRefused(
  refused: readonly RefusedValue[],
  ledger: TroubleLedger,
  atMs: number,
): void {
  for (const { deviceId, path, reason, value } of refused) {
    const kind = reason === notFinite ? 'not-finite' : 'refused-row';
    const said = kind === 'not-finite' ? value : `${reason}: ${value.slice(0, 100)}`;
    ledger.of(deviceId).noticed({ kind, path, count: 1, atMs, value: said });
  }
}
