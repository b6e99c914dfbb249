import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { nextSort, sortRows, type Sort, type SortValue } from './table-sort.ts';
import './data-table.css';

export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  /** What exactly it counts, where the header does not say it. */
  readonly hint?: string;
  readonly cell: (row: Row) => ReactNode;
  readonly sortBy?: (row: Row) => SortValue;
  /** CSS width; the rest is shared by the columns without one. */
  readonly width?: string;
  readonly numeric?: boolean;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly initialSort: Sort;
  /** Opens a row by mouse; the keyboard has the link in it. */
  readonly onOpen?: (row: Row) => void;
  /** Rows that are alike in this stand together as long as the first column sorts them. */
  readonly groupOf?: (row: Row) => string;
  /** What is no longer there, and shown as such. */
  readonly isGone?: (row: Row) => boolean;
  readonly minWidth?: number;
}

const rowPx = 30;

/** Rows of which only those in sight are in the document, below a head that stays. */
export function DataTable<Row>({
  label,
  rows,
  columns,
  rowKey,
  initialSort,
  onOpen,
  groupOf,
  isGone,
  minWidth = 720,
}: DataTableProps<Row>) {
  'use no memo';
  const scroller = useRef<HTMLElement>(null);
  const [sort, setSort] = useState(initialSort);
  const sortBy = columns.find(({ id }) => id === sort.column)?.sortBy;
  const sorted = useMemo(
    () => (sortBy === undefined ? rows : sortRows(rows, sortBy, sort.descending)),
    [rows, sortBy, sort.descending],
  );
  // oxlint-disable-next-line react/incompatible-library -- hence 'use no memo' above
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 12,
  });
  const grouped = groupOf !== undefined && sort.column === columns[0]?.id;
  const repeats = (index: number) =>
    grouped && index > 0 && groupOf(sorted[index]!) === groupOf(sorted[index - 1]!);
  const items = virtual.getVirtualItems();
  const abovePx = items[0]?.start ?? 0;
  const belowPx = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);

  return (
    // Only helps from one row's link to the next; each can be reached by Tab as well.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      className="data-table"
      ref={scroller}
      aria-label={label}
      // The scroller must be reachable by keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onKeyDown={stepThroughRows}
    >
      <table aria-rowcount={sorted.length + 1} style={{ minWidth }}>
        <colgroup>
          {columns.map(({ id, width }) => (
            <col key={id} style={width === undefined ? {} : { width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map((column) => (
              <ColumnHead
                key={column.id}
                column={column}
                sort={sort}
                onSort={() => setSort(nextSort(sort, column.id))}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {abovePx > 0 && <tr aria-hidden="true" style={{ height: abovePx }} />}
          {items.map(({ index }) => {
            const row = sorted[index]!;
            return (
              <tr
                key={rowKey(row)}
                aria-rowindex={index + 2}
                data-opens={onOpen !== undefined || undefined}
                data-gone={isGone?.(row) || undefined}
                data-group={grouped ? (repeats(index) ? 'goes-on' : 'begins') : undefined}
                onClick={(event) => {
                  const inside = (event.target as Element).closest('a, button, input');
                  if (inside === null) onOpen?.(row);
                }}
              >
                {columns.map(({ id, cell, numeric }) => (
                  <td key={id} className={numeric ? 'number' : undefined}>
                    {cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
          {belowPx > 0 && <tr aria-hidden="true" style={{ height: belowPx }} />}
        </tbody>
      </table>
    </section>
  );
}

/** Up and down go from a row's link or button to that of the next row. */
function stepThroughRows(event: KeyboardEvent<HTMLElement>): void {
  const by = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' } as const;
  const way = by[event.key as keyof typeof by];
  const target = event.target as HTMLElement;
  const cell = target.closest('td');
  if (way === undefined || cell === null || target.matches('input, select')) return;
  const row = cell.closest('tr')?.[way];
  const next = row?.children[cell.cellIndex]?.querySelector<HTMLElement>('a, button');
  if (next === undefined || next === null) return;
  event.preventDefault();
  next.focus();
}

interface ColumnHeadProps<Row> {
  readonly column: Column<Row>;
  readonly sort: Sort;
  readonly onSort: () => void;
}

function ColumnHead<Row>({ column, sort, onSort }: ColumnHeadProps<Row>) {
  const current = sort.column === column.id;
  const Arrow = sort.descending ? ArrowDown : ArrowUp;
  const order = sort.descending ? 'descending' : 'ascending';
  return (
    <th
      scope="col"
      className={column.numeric ? 'number' : undefined}
      title={column.hint}
      aria-sort={current ? order : undefined}
    >
      {column.sortBy === undefined ? (
        <span className={column.header === '' ? 'visually-hidden' : undefined}>
          {column.header || 'Actions'}
        </span>
      ) : (
        <button type="button" onClick={onSort}>
          {column.header}
          {current && <Arrow className="icon" aria-hidden="true" />}
        </button>
      )}
    </th>
  );
}
