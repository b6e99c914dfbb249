import { formatScreenValue, quantityText, type Shown } from '../../format/quantity.ts';
import type { Unit } from '../../../core/telemetry/unit.ts';
import type { LiveSeries } from '../../live/live-series.ts';
import type { Styles } from './chart-row.ts';
import { isShown, pick, type Picked } from './legend-choice.ts';
import './legend.css';

interface LegendProps {
  readonly series: readonly LiveSeries[];
  readonly styles: Styles;
  readonly unit: Unit;
  readonly shown: Shown;
  readonly picked: Picked;
  readonly onPick: (picked: Picked) => void;
}

interface Entry {
  readonly id: number;
  readonly label: string;
  readonly color: string;
  readonly value: number | null;
}

function entriesOf(series: readonly LiveSeries[], styles: Styles): Entry[] {
  return series
    .flatMap(({ info, newest }) => {
      const style = styles.get(info.id);
      if (style === undefined) return [];
      const stored = newest?.value ?? null;
      const placed = stored === null ? null : style.place(stored);
      const value = placed !== null && style.mirrored ? -placed : placed;
      return [{ id: style.id, label: style.label, color: style.color, value }];
    })
    .toSorted((left, right) => (right.value ?? -Infinity) - (left.value ?? -Infinity));
}

/** Every series with its last value, greatest first. */
export function Legend({ series, styles, unit, shown, picked, onPick }: LegendProps) {
  return (
    <ul className="legend" aria-label="Series; select one to see it alone, with shift to add it">
      {entriesOf(series, styles).map(({ id, label, color, value }) => (
        <li key={id}>
          <button
            type="button"
            aria-pressed={picked.size > 0 && picked.has(id)}
            data-off={!isShown(picked, id) || undefined}
            title="Click to see it alone, shift-click to add it"
            onClick={(event) => onPick(pick(picked, id, event.shiftKey))}
          >
            <span className="swatch" style={{ background: color }} />
            <span className="legend-label">{label}</span>
            <b>{value === null ? '–' : quantityText(formatScreenValue(value, unit, shown))}</b>
          </button>
        </li>
      ))}
    </ul>
  );
}
