import type { DeviceId } from '../../../../core/id.ts';
import { formatScreenValue, quantityText } from '../../../format/quantity.ts';
import { Link } from '../../../route/link.tsx';
import type { Column } from '../../../ui/data-table.tsx';
import { latestText } from '../latest/latest-values.ts';
import { together, type Directions, type PortRow } from './port-row.ts';
import { GoneSince, PortState, portUrgency } from './port-state.tsx';
import { bpsText, RateCell } from './rate-cell.tsx';

interface ColumnChoice {
  readonly deviceId: DeviceId;
  /** With what the ports counted since they were reset. */
  readonly totals: boolean;
  readonly silent: boolean;
}

export function portColumns({ deviceId, totals, silent }: ColumnChoice): Column<PortRow>[] {
  return [
    {
      id: 'name',
      header: 'Name',
      width: '114px',
      sortBy: ({ name }) => name,
      cell: ({ name }) => (
        <Link to={{ screen: 'port', id: deviceId, port: name }} className="mono" title={name}>
          {name}
        </Link>
      ),
    },
    {
      id: 'state',
      header: 'State',
      width: '98px',
      sortBy: portUrgency,
      cell: (row) => <PortState {...row} stale={silent} />,
    },
    {
      id: 'description',
      header: 'Description',
      sortBy: ({ description }) => description,
      cell: ({ description, goneSinceMs }) =>
        goneSinceMs === null ? (
          <span title={description ?? undefined}>{description}</span>
        ) : (
          <GoneSince sinceMs={goneSinceMs} />
        ),
    },
    {
      id: 'speed',
      header: 'Speed',
      width: '80px',
      numeric: true,
      sortBy: ({ speedBps }) => speedBps,
      cell: ({ speedBps }) => bpsText(speedBps),
    },
    rateColumn('in', 'In', ({ inBps }) => inBps),
    rateColumn('out', 'Out', ({ outBps }) => outBps),
    troubleColumn('errors', 'Errors/s', ({ errors }) => errors),
    troubleColumn('discards', 'Discards/s', ({ discards }) => discards),
    ...(totals ? totalColumns : []),
  ];
}

function rateColumn(
  id: string,
  header: string,
  bpsOf: (row: PortRow) => number | null,
): Column<PortRow> {
  return {
    id,
    header,
    width: '164px',
    numeric: true,
    sortBy: bpsOf,
    cell: (row) => <RateCell bps={bpsOf(row)} speedBps={row.speedBps} />,
  };
}

function troubleColumn(
  id: string,
  header: string,
  ofRow: (row: PortRow) => Directions,
): Column<PortRow> {
  return {
    id,
    header,
    width: '84px',
    numeric: true,
    sortBy: (row) => together(ofRow(row)),
    cell: (row) => <Trouble {...ofRow(row)} />,
  };
}

/** Nothing wrong is said quietly. */
function Trouble(both: Directions) {
  const sum = together(both);
  if (sum === null) return '–';
  const title = `in ${perSecond(both.in)}, out ${perSecond(both.out)}`;
  return (
    <span title={title} className={sum === 0 ? 'muted' : 'port-trouble'}>
      {perSecond(sum)}
    </span>
  );
}

function perSecond(value: number | null): string {
  return value === null ? 'unknown' : quantityText(formatScreenValue(value, '1', 'value'));
}

const totalColumns: readonly Column<PortRow>[] = [
  totalColumn('in-total', 'Received in all', ({ inTotal }) => inTotal),
  totalColumn('out-total', 'Sent in all', ({ outTotal }) => outTotal),
];

function totalColumn(
  id: string,
  header: string,
  ofRow: (row: PortRow) => PortRow['inTotal'],
): Column<PortRow> {
  return {
    id,
    header,
    width: '108px',
    numeric: true,
    sortBy: (row) => ofRow(row)?.value ?? null,
    cell: (row) => {
      const latest = ofRow(row);
      return latest === null ? '–' : latestText(latest);
    },
  };
}
