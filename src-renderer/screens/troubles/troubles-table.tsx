import { useMemo } from 'react';
import type { Trouble } from '../../../core/contract/trouble.ts';
import { formatDuration } from '../../format/duration.ts';
import { Link } from '../../route/link.tsx';
import type { Zone } from '../../settings/settings.ts';
import { useNowMs } from '../../time/now.ts';
import { formatMoment, zoneLabel } from '../../time/time-format.ts';
import { useZone } from '../../time/view-time.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { SeverityGlyph } from '../../ui/severity-glyph.tsx';
import {
  adviceOf,
  byUrgency,
  examplesText,
  exampleText,
  severityOf,
  troubleText,
} from './trouble-words.ts';

/** One line a device and kind: what, where, how long, and what to do. */
export function TroublesTable({ troubles }: { troubles: readonly Trouble[] }) {
  const zone = useZone();
  const nowMs = useNowMs();
  const columns = useMemo(() => troubleColumns({ nowMs, zone }), [nowMs, zone]);
  const rows = useMemo(() => byUrgency(troubles), [troubles]);
  return (
    <DataTable
      label="Data troubles"
      rows={rows}
      columns={columns}
      rowKey={({ deviceId, kind }) => `${deviceId} ${kind}`}
      initialSort={{ column: 'urgency', descending: false }}
      isGone={({ overAtMs }) => overAtMs !== null}
      minWidth={1_060}
    />
  );
}

function troubleColumns({ nowMs, zone }: { nowMs: number; zone: Zone }): Column<Trouble>[] {
  return [
    {
      id: 'device',
      header: 'Device',
      width: '11%',
      sortBy: ({ device }) => device,
      cell: ({ deviceId, device }) => (
        <Link to={{ screen: 'device', id: deviceId }}>{device ?? deviceId}</Link>
      ),
    },
    {
      id: 'what',
      header: 'Not stored as it was sent',
      width: '28%',
      sortBy: ({ kind }) => kind,
      cell: (trouble) => (
        <span className="severity-word" title={troubleText(trouble)}>
          <SeverityGlyph severity={severityOf(trouble)} />
          {troubleText(trouble)}
        </span>
      ),
    },
    {
      id: 'example',
      header: 'For example',
      sortBy: (trouble) => exampleText(trouble),
      cell: (trouble) => (
        <span className="mono" title={examplesText(trouble)}>
          {exampleText(trouble) || '–'}
        </span>
      ),
    },
    {
      id: 'advice',
      header: 'To do',
      cell: (trouble) => <span title={adviceOf(trouble)}>{adviceOf(trouble)}</span>,
    },
    {
      id: 'began',
      header: `Since (${zoneLabel(zone, nowMs)})`,
      width: '150px',
      sortBy: ({ beganAtMs }) => beganAtMs,
      cell: ({ beganAtMs }) => (
        <span className="mono">{formatMoment(beganAtMs, { zone, nowMs })}</span>
      ),
    },
    {
      id: 'last',
      header: 'Last',
      width: '140px',
      numeric: true,
      sortBy: ({ lastAtMs }) => -lastAtMs,
      cell: ({ lastAtMs, overAtMs }) =>
        `${formatDuration(Math.max(0, nowMs - lastAtMs))} ago${overAtMs === null ? '' : ', over'}`,
    },
  ];
}
