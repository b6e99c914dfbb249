import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { DeviceId } from '../../../core/id.ts';
import { failureOf } from '../../api/failure.ts';
import { useClient, useOutage } from '../../app/console-services.ts';
import { formatDuration } from '../../format/duration.ts';
import { PanelFrame } from '../../panels/panel-frame.tsx';
import { useNowMs } from '../../time/now.ts';
import { AgeBadge } from '../../ui/age-badge.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { SeverityGlyph } from '../../ui/severity-glyph.tsx';
import { EmptyState, FailureState, SkeletonRows } from '../../ui/states.tsx';
import { latestText, portRows, type Latest, type PortRow } from './latest-values.ts';

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
}

function LatestPanel<Row>({ title, query, rows, columns, rowKey }: LatestPanelProps<Row>) {
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
          minWidth={340}
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

function counterColumn(leaf: string, header: string): Column<PortRow> {
  return {
    id: leaf,
    header,
    numeric: true,
    sortBy: ({ leaves }) => leaves.get(leaf)?.value ?? null,
    cell: ({ leaves }) => {
      const latest = leaves.get(leaf);
      return latest === undefined ? <span className="muted">–</span> : latestText(latest);
    },
  };
}

const portColumns: readonly Column<PortRow>[] = [
  {
    id: 'name',
    header: 'Name',
    width: '26%',
    sortBy: ({ name }) => name,
    cell: ({ name }) => <span className="mono">{name}</span>,
  },
  {
    id: 'oper',
    header: 'State',
    width: '92px',
    sortBy: ({ leaves }) => leaves.get('oper-status')?.text ?? null,
    cell: ({ leaves }) => <OperStatus text={leaves.get('oper-status')?.text ?? null} />,
  },
  counterColumn('in-octets', 'Received'),
  counterColumn('out-octets', 'Sent'),
  counterColumn('in-errors', 'Errors in'),
  counterColumn('out-errors', 'Errors out'),
];

export function ValuesTable({ deviceId }: { deviceId: DeviceId }) {
  const query = useLatest(deviceId, ['/system', '/components']);
  const nowMs = useNowMs();
  const columns = useMemo((): Column<Latest>[] => valueColumns(nowMs), [nowMs]);
  return (
    <LatestPanel
      title="System and components"
      query={query}
      rows={query.data ?? []}
      columns={columns}
      rowKey={({ series }) => String(series.id)}
    />
  );
}

function valueColumns(nowMs: number): Column<Latest>[] {
  return [
    {
      id: 'name',
      header: 'Path',
      sortBy: ({ series }) => series.path,
      cell: ({ series }) => (
        <span className="mono" title={series.path}>
          {series.path}
        </span>
      ),
    },
    {
      id: 'value',
      header: 'Value',
      width: '130px',
      numeric: true,
      sortBy: ({ value, text }) => value ?? text,
      cell: (latest) => latestText(latest),
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
