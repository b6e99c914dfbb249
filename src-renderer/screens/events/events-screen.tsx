import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { failureOf } from '../../api/failure.ts';
import { useClient } from '../../app/console-services.ts';
import { Loading } from '../../app/loading.tsx';
import { useNowMs } from '../../time/now.ts';
import { formatDateTime, zoneLabel } from '../../time/time-format.ts';
import { Button } from '../../ui/button.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Screen } from '../../ui/screen.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { SeverityGlyph, type Severity } from '../../ui/severity-glyph.tsx';
import { EmptyState, FailureState } from '../../ui/states.tsx';
import { useZone } from '../../time/view-time.ts';

const pageSize = 100;

interface LogEvent {
  readonly id: string;
  readonly timeMs: number;
  readonly kind: string;
  readonly severity: 'info' | 'warning' | 'error';
  readonly subject: string;
  readonly detail: string;
}

const glyphs: Readonly<Record<LogEvent['severity'], Severity>> = {
  info: 'unmanaged',
  warning: 'warning',
  error: 'major',
};

/** What happened, newest first, page after page into the past. */
export function EventsScreen() {
  const client = useClient();
  const zone = useZone();
  const [search, setSearch] = useState('');
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetching } = useInfiniteQuery({
    queryKey: ['events'],
    initialPageParam: null as LogEvent | null,
    queryFn: ({ pageParam: last, signal }): Promise<LogEvent[]> =>
      client.system.events(
        { limit: pageSize, ...(last === null ? {} : { beforeMs: last.timeMs, beforeId: last.id }) },
        { signal },
      ),
    getNextPageParam: (page) => (page.length < pageSize ? undefined : page.at(-1)),
    refetchInterval: 10_000,
  });
  const events = useMemo(() => {
    const needle = search.toLowerCase();
    return data?.pages
      .flat()
      .filter(({ kind, subject, detail }) =>
        [kind, subject, detail].some((text) => text.toLowerCase().includes(needle)),
      );
  }, [data, search]);
  const label = zoneLabel(zone, useNowMs());
  const columns = useMemo((): Column<LogEvent>[] => eventColumns(zone, label), [zone, label]);

  return (
    <Screen
      title="Events"
      actions={<SearchField label="Search loaded events" value={search} onChange={setSearch} />}
    >
      {events === undefined && error === null && <Loading rows={12} />}
      {events === undefined && error !== null && (
        <FailureState failure={failureOf(error)} onRetry={() => void refetch()} />
      )}
      {events?.length === 0 && (
        <EmptyState
          title={search === '' ? 'Nothing has happened yet' : `Nothing matches "${search}"`}
        >
          <p className="muted">Sessions, nodes, logins and changes leave an entry here.</p>
        </EmptyState>
      )}
      {events !== undefined && events.length > 0 && (
        <DataTable
          label="Events"
          rows={events}
          columns={columns}
          rowKey={({ id }) => id}
          initialSort={{ column: 'time', descending: true }}
        />
      )}
      {events !== undefined && hasNextPage && (
        <p className="events-more">
          <Button disabled={isFetching} onClick={() => void fetchNextPage()}>
            {isFetching ? 'Loading' : 'Load older events'}
          </Button>
        </p>
      )}
    </Screen>
  );
}

function eventColumns(zone: 'utc' | 'local', label: string): Column<LogEvent>[] {
  return [
    {
      id: 'time',
      header: `Time (${label})`,
      width: '160px',
      sortBy: ({ timeMs }) => timeMs,
      cell: ({ timeMs }) => <span className="mono">{formatDateTime(timeMs, zone)}</span>,
    },
    {
      id: 'severity',
      header: 'Severity',
      width: '104px',
      sortBy: ({ severity }) => ['error', 'warning', 'info'].indexOf(severity),
      cell: ({ severity }) => (
        <span className="severity-word">
          <SeverityGlyph severity={glyphs[severity]} />
          {severity}
        </span>
      ),
    },
    {
      id: 'kind',
      header: 'Kind',
      width: '18%',
      sortBy: ({ kind }) => kind,
      cell: ({ kind }) => <span className="mono">{kind}</span>,
    },
    {
      id: 'subject',
      header: 'Subject',
      width: '18%',
      sortBy: ({ subject }) => subject,
      cell: ({ subject }) => subject,
    },
    {
      id: 'detail',
      header: 'Detail',
      cell: ({ detail }) => <span title={detail}>{detail}</span>,
    },
  ];
}
