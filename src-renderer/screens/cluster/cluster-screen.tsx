import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { failureOf } from '../../api/failure.ts';
import { useClient, useOutage, useStatus } from '../../app/console-services.ts';
import { Loading } from '../../app/loading.tsx';
import { formatDuration } from '../../format/duration.ts';
import { formatCount } from '../../format/quantity.ts';
import { useNowMs } from '../../time/now.ts';
import { AgeBadge } from '../../ui/age-badge.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Screen } from '../../ui/screen.tsx';
import { SeverityGlyph } from '../../ui/severity-glyph.tsx';
import { EmptyState, FailureState } from '../../ui/states.tsx';

interface NodeRow {
  readonly name: string;
  readonly role: string;
  readonly version: string;
  readonly startedAtMs: number;
  readonly seenAtMs: number;
  readonly alive: boolean;
  readonly devices: number;
  readonly samplesPerSecond: number;
  readonly samplesDropped: number;
  readonly queuedBatches: number;
}

/** Collectors and web nodes: who is there, what each carries, and what it had to drop. */
export function ClusterScreen() {
  const client = useClient();
  const nowMs = useNowMs();
  const outage = useOutage();
  const { status } = useStatus();
  const { data, error, refetch, dataUpdatedAt } = useQuery({
    queryKey: ['nodes'],
    queryFn: ({ signal }): Promise<NodeRow[]> => client.system.nodes(undefined, { signal }),
    refetchInterval: 2_000,
  });
  const stale = outage !== null || error !== null;
  const columns = useMemo(() => nodeColumns(nowMs, stale), [nowMs, stale]);
  return (
    <Screen
      title={status === null ? 'Cluster' : `Cluster ${status.cluster}`}
      note={
        stale && data !== undefined ? (
          <AgeBadge asOfMs={dataUpdatedAt} />
        ) : (
          <span className="muted">{data === undefined ? '' : summary(data)}</span>
        )
      }
    >
      {data === undefined && error === null && <Loading rows={4} />}
      {data === undefined && error !== null && (
        <FailureState failure={failureOf(error)} onRetry={() => void refetch()} />
      )}
      {data?.length === 0 && (
        <EmptyState title="No node has announced itself">
          <p className="muted">
            <span className="mono">nocturne collector</span> starts one.
          </p>
        </EmptyState>
      )}
      {data !== undefined && data.length > 0 && (
        <DataTable
          label="Nodes"
          rows={data}
          columns={columns}
          rowKey={({ name }) => name}
          initialSort={{ column: 'name', descending: false }}
          minWidth={1_060}
        />
      )}
    </Screen>
  );
}

function summary(nodes: readonly NodeRow[]): string {
  const alive = nodes.filter((node) => node.alive).length;
  const rate = nodes.reduce((sum, node) => sum + node.samplesPerSecond, 0);
  return `${alive} of ${nodes.length} nodes alive, ${formatCount(rate)} samples/s`;
}

function nodeColumns(nowMs: number, stale: boolean): Column<NodeRow>[] {
  return [
    { id: 'name', header: 'Node', sortBy: ({ name }) => name, cell: ({ name }) => <b>{name}</b> },
    {
      id: 'state',
      header: 'State',
      width: '120px',
      sortBy: ({ alive }) => Number(alive),
      cell: ({ alive }) => <Liveness alive={alive} stale={stale} />,
    },
    {
      id: 'role',
      header: 'Role',
      width: '96px',
      sortBy: ({ role }) => role,
      cell: ({ role }) => role,
    },
    {
      id: 'devices',
      header: 'Devices',
      width: '84px',
      numeric: true,
      sortBy: ({ devices }) => devices,
      cell: ({ devices }) => formatCount(devices),
    },
    {
      id: 'rate',
      header: 'Samples/s',
      hint: 'Samples received, over the last 30 seconds',
      width: '96px',
      numeric: true,
      sortBy: ({ samplesPerSecond }) => samplesPerSecond,
      cell: ({ samplesPerSecond }) => formatCount(samplesPerSecond),
    },
    {
      id: 'dropped',
      header: 'Dropped',
      hint: 'Samples given up since the start, because the queue was full or the database refused them',
      width: '92px',
      numeric: true,
      sortBy: ({ samplesDropped }) => samplesDropped,
      cell: ({ samplesDropped }) => formatCount(samplesDropped),
    },
    {
      id: 'queued',
      header: 'Queued batches',
      width: '124px',
      numeric: true,
      sortBy: ({ queuedBatches }) => queuedBatches,
      cell: ({ queuedBatches }) => formatCount(queuedBatches),
    },
    {
      id: 'up',
      header: 'Running for',
      width: '108px',
      numeric: true,
      sortBy: ({ startedAtMs }) => -startedAtMs,
      cell: ({ startedAtMs }) => formatDuration(nowMs - startedAtMs),
    },
    {
      id: 'seen',
      header: 'Last heard',
      width: '108px',
      numeric: true,
      sortBy: ({ seenAtMs }) => seenAtMs,
      cell: ({ seenAtMs }) => `${formatDuration(nowMs - seenAtMs)} ago`,
    },
    {
      id: 'version',
      header: 'Version',
      width: '92px',
      sortBy: ({ version }) => version,
      cell: ({ version }) => version,
    },
  ];
}

function Liveness({ alive, stale }: { alive: boolean; stale: boolean }) {
  const word = alive ? 'alive' : 'silent';
  return (
    <span className={stale ? 'severity-word muted' : 'severity-word'}>
      <SeverityGlyph severity={stale ? 'unmanaged' : alive ? 'cleared' : 'critical'} />
      {stale ? `was ${word}` : word}
    </span>
  );
}
