import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { DeviceId } from '../../../core/id.ts';
import { failureOf } from '../../api/failure.ts';
import { useClient, useOutage } from '../../app/console-services.ts';
import { formatDuration } from '../../format/duration.ts';
import { partLabel } from '../../format/series-label.ts';
import { PanelFrame } from '../../panels/panel-frame.tsx';
import { useNowMs } from '../../time/now.ts';
import { useSettings, type Zone } from '../../settings/settings.ts';
import { formatDateTime } from '../../time/time-format.ts';
import { AgeBadge } from '../../ui/age-badge.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { SeverityGlyph } from '../../ui/severity-glyph.tsx';
import { EmptyState, FailureState, SkeletonRows } from '../../ui/states.tsx';
import { deviceTimeMs, latestText, portRows, type Latest, type PortRow } from './latest-values.ts';

const refreshMs = 5_000;

function useLatest(deviceId: DeviceId, paths: readonly string[]) {
  const client = useClient();
  return useQuery({
    queryKey: ['latest', deviceId, ...paths],
    queryFn: ({ signal }): Promise<Latest[]> =>
      client.query.latest(
        { selectors: paths.map((path) => ({ path, deviceIds: [deviceId] })), limit: 5_000 },
        { signal },
      ),
    refetchInterval: refreshMs,
  });
}

type LatestQuery = ReturnType<typeof useLatest>;

interface LatestPanelProps<Row> {
  readonly title: string;
  readonly query: LatestQuery;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly minWidth: number;
}

function LatestPanel<Row>({
  title,
  query,
  rows,
  columns,
  rowKey,
  minWidth,
}: LatestPanelProps<Row>) {
  const outage = useOutage();
  const { data, error, refetch, dataUpdatedAt } = query;
  const stale = data !== undefined && (outage !== null || error !== null);
  return (
    <PanelFrame
      title={title}
      subtitle={data === undefined ? '' : `${rows.length}`}
      aside={stale && <AgeBadge asOfMs={dataUpdatedAt} />}
      stale={stale}
    >
      {data === undefined && error === null && <SkeletonRows rows={5} />}
      {data === undefined && error !== null && (
        <FailureState failure={failureOf(error)} onRetry={() => void refetch()} />
      )}
      {data !== undefined && rows.length === 0 && (
        <EmptyState title="Nothing received yet">
          <p className="muted">Values appear with the first update of the session.</p>
        </EmptyState>
      )}
      {rows.length > 0 && (
        <DataTable
          label={title}
          rows={rows}
          columns={columns}
          rowKey={rowKey}
          initialSort={{ column: 'name', descending: false }}
          minWidth={minWidth}
        />
      )}
    </PanelFrame>
  );
}

export function InterfacesTable({ deviceId }: { deviceId: DeviceId }) {
  const query = useLatest(deviceId, ['/interfaces']);
  const rows = useMemo(() => portRows(query.data ?? []), [query.data]);
  return (
    <LatestPanel
      title="Interfaces"
      query={query}
      rows={rows}
      columns={portColumns}
      rowKey={({ name }) => name}
      minWidth={460}
    />
  );
}

function OperStatus({ text }: { text: string | null }) {
  if (text === null) return <span className="muted">unknown</span>;
  const severity = { UP: 'cleared', DOWN: 'critical' }[text] ?? 'unmanaged';
  return (
    <span className="severity-word">
      <SeverityGlyph severity={severity as 'cleared' | 'critical' | 'unmanaged'} />
      {text.toLowerCase()}
    </span>
  );
}

function textOf(latest: Latest | undefined): string {
  return latest === undefined ? '–' : latestText(latest);
}

function valueOf(leaves: PortRow['leaves'], leaf: string): number {
  return leaves.get(leaf)?.value ?? 0;
}

function counterColumn(leaf: string, header: string): Column<PortRow> {
  return {
    id: leaf,
    header,
    width: '84px',
    numeric: true,
    sortBy: ({ leaves }) => leaves.get(leaf)?.value ?? null,
    cell: ({ leaves }) => {
      return textOf(leaves.get(leaf));
    },
  };
}

const portColumns: readonly Column<PortRow>[] = [
  {
    id: 'name',
    header: 'Name',
    sortBy: ({ name }) => name,
    cell: ({ name }) => <span className="mono">{name}</span>,
  },
  {
    id: 'oper',
    header: 'State',
    width: '80px',
    sortBy: ({ leaves }) => leaves.get('oper-status')?.text ?? null,
    cell: ({ leaves }) => <OperStatus text={leaves.get('oper-status')?.text ?? null} />,
  },
  counterColumn('in-octets', 'Received'),
  counterColumn('out-octets', 'Sent'),
  {
    id: 'errors',
    header: 'Errors in / out',
    width: '112px',
    numeric: true,
    sortBy: ({ leaves }) => valueOf(leaves, 'in-errors') + valueOf(leaves, 'out-errors'),
    cell: ({ leaves }) =>
      ['in-errors', 'out-errors'].map((leaf) => textOf(leaves.get(leaf))).join(' / '),
  },
];

export function ValuesTable({ deviceId }: { deviceId: DeviceId }) {
  const query = useLatest(deviceId, ['/system', '/components']);
  const nowMs = useNowMs();
  const { zone } = useSettings();
  const columns = useMemo((): Column<Latest>[] => valueColumns(nowMs, zone), [nowMs, zone]);
  return (
    <LatestPanel
      title="System and components"
      query={query}
      rows={query.data ?? []}
      columns={columns}
      rowKey={({ series }) => String(series.id)}
      minWidth={360}
    />
  );
}

function valueColumns(nowMs: number, zone: Zone): Column<Latest>[] {
  return [
    {
      id: 'name',
      header: 'What',
      sortBy: ({ series }) => partLabel(series),
      cell: ({ series }) => <span title={series.path}>{partLabel(series)}</span>,
    },
    {
      id: 'value',
      header: 'Value',
      width: '150px',
      numeric: true,
      sortBy: ({ value, text }) => value ?? text,
      cell: (latest) => {
        const sinceMs = deviceTimeMs(latest);
        return sinceMs === null ? latestText(latest) : formatDateTime(sinceMs, zone);
      },
    },
    {
      id: 'age',
      header: 'Age',
      width: '72px',
      numeric: true,
      sortBy: ({ timeMs }) => -timeMs,
      cell: ({ timeMs }) => formatDuration(nowMs - timeMs),
    },
  ];
}
