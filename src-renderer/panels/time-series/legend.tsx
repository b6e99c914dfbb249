import type { LiveSeries } from '../../live/live-series.ts';
import { styledText } from '../series-style.ts';
import type { Styles } from './chart-row.ts';
import { isShown, pick, type Picked } from './legend-choice.ts';
import { Swatch } from './swatch.tsx';
import './legend.css';

interface LegendProps {
  readonly series: readonly LiveSeries[];
  readonly styles: Styles;
  readonly picked: Picked;
  readonly onPick: (picked: Picked) => void;
}

interface Entry {
  readonly id: number;
  readonly label: string;
  readonly color: string;
  /** Of its line: colours repeat where there are many. */
  readonly dash: readonly number[];
  readonly value: number | null;
  readonly text: string;
}

function entriesOf(series: readonly LiveSeries[], styles: Styles): Entry[] {
  return series
    .flatMap(({ info, newest }) => {
      const style = styles.get(info.id);
      if (style === undefined) return [];
      const stored = newest?.value ?? null;
      const placed = stored === null ? null : style.place(stored);
      const value = placed !== null && style.mirrored ? -placed : placed;
      const { id, label, color, dash } = style;
      return [{ id, label, color, dash, value, text: styledText(value, style, '–') }];
    })
    .toSorted((left, right) => (right.value ?? -Infinity) - (left.value ?? -Infinity));
}

/** Every series with its last value, greatest first. */
export function Legend({ series, styles, picked, onPick }: LegendProps) {
  return (
    <ul className="legend" aria-label="Series; select one to see it alone, with shift to add it">
      {entriesOf(series, styles).map(({ id, label, color, dash, text }) => (
        <li key={id}>
          <button
            type="button"
            aria-pressed={picked.size > 0 && picked.has(id)}
            data-off={!isShown(picked, id) || undefined}
            title="Click to see it alone, shift-click to add it"
            onClick={(event) => onPick(pick(picked, id, event.shiftKey))}
          >
            <Swatch color={color} dash={dash} />
            <span className="legend-label">{label}</span>
            <b>{text}</b>
          </button>
        </li>
      ))}
    </ul>
  );
}
