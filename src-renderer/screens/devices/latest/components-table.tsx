import { useMemo, useState, type ReactNode } from 'react';
import type { DeviceId } from '../../../../core/id.ts';
import { formatDuration } from '../../../format/duration.ts';
import { readingOf, type Reading } from '../../../format/component-label.ts';
import { useNowMs } from '../../../time/now.ts';
import { DataTable, type Column } from '../../../ui/data-table.tsx';
import { SearchField } from '../../../ui/search-field.tsx';
import { EmptyState } from '../../../ui/states.tsx';
import { GoneSince } from '../ports/port-state.tsx';
import { LatestPanel } from './latest-panel.tsx';
import type { Latest } from './latest-values.ts';
import { useLatest } from './use-latest.ts';
import { ValueCell } from './value-cell.tsx';

interface ComponentRow extends Reading {
  readonly latest: Latest;
}

const paths = ['/system', '/components'];

interface ComponentsTableProps {
  readonly deviceId: DeviceId;
  /** Stands beside the filter. */
  readonly controls?: ReactNode;
}

/** Everything the device says of itself and its parts, part by part. */
export function ComponentsTable({ deviceId, controls }: ComponentsTableProps) {
  const query = useLatest(deviceId, paths);
  const [search, setSearch] = useState('');
  const rows = useMemo(
    () => (query.data ?? []).map((latest) => ({ latest, ...readingOf(latest.series) })),
    [query.data],
  );
  const found = useMemo(() => filterReadings(rows, search), [rows, search]);
  const nowMs = useNowMs();
  const columns = useMemo(() => readingColumns(nowMs), [nowMs]);
  return (
    <LatestPanel
      title="System and components"
      subtitle={
        found.length === rows.length ? `${rows.length}` : `${found.length} of ${rows.length}`
      }
      deviceId={deviceId}
      query={query}
      empty={rows.length === 0}
      controls={
        <>
          <SearchField label="Filter readings" value={search} onChange={setSearch} />
          {controls}
        </>
      }
    >
      {found.length === 0 ? (
        <EmptyState title={`No reading matches "${search}"`} />
      ) : (
        <DataTable
          label="System and components"
          rows={found}
          columns={columns}
          rowKey={({ latest }) => String(latest.series.id)}
          initialSort={{ column: 'component', descending: false }}
          groupOf={({ component }) => component}
          isGone={({ latest }) => latest.endedAtMs != null}
          minWidth={620}
        />
      )}
    </LatestPanel>
  );
}

function filterReadings(rows: readonly ComponentRow[], text: string): readonly ComponentRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ component, reading }) => {
    const all = `${component}\n${reading}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

function readingColumns(nowMs: number): Column<ComponentRow>[] {
  return [
    {
      id: 'component',
      header: 'Component',
      sortBy: ({ component, reading }) => `${component}\n${reading}`,
      cell: ({ component, latest }) => <span title={latest.series.path}>{component}</span>,
    },
    {
      id: 'reading',
      header: 'Reading',
      sortBy: ({ reading, component }) => `${reading}\n${component}`,
      cell: ({ reading, latest }) => <span title={latest.series.path}>{reading}</span>,
    },
    {
      id: 'value',
      header: 'Value',
      width: '190px',
      numeric: true,
      sortBy: ({ latest }) => latest.value ?? latest.text,
      cell: ({ latest }) => <ValueCell latest={latest} />,
    },
    {
      id: 'age',
      header: 'Heard',
      width: '176px',
      numeric: true,
      sortBy: ({ latest }) => -latest.timeMs,
      cell: ({ latest }) =>
        latest.endedAtMs == null ? (
          `${formatDuration(nowMs - latest.timeMs)} ago`
        ) : (
          <GoneSince sinceMs={latest.endedAtMs} word="gone" />
        ),
    },
  ];
}
