/** What a stat panel says: its number, what it was before, and the course, of the lines that are still heard. */
import type { StatPanel } from '../../../core/dashboard/document.ts';
import type { Unit } from '../../../core/telemetry/unit.ts';
import { defaultShown } from '../../format/query-words.ts';
import type { Shown } from '../../format/quantity.ts';
import { hearing, silenceWords, type Listening } from '../../live/heard.ts';
import type { LiveSeries } from '../../live/live-series.ts';
import { isRunning, type Answered } from '../../live/periods.ts';
import {
  courseOf,
  currentValue,
  earlierToReduce,
  earlierValue,
  isPartial,
  linesToReduce,
  type SparkRow,
} from './reduce-series.ts';

export interface StatReading {
  readonly value: number | null;
  readonly before: number | null;
  /** Too little is heard for a change against what was before to mean anything. */
  readonly partial: boolean;
  /** The number is of a period that still runs. */
  readonly running: boolean;
  readonly rows: readonly SparkRow[];
  readonly unit: Unit;
  readonly shown: Shown;
  /** How many lines are not in the number; empty where all are. */
  readonly silence: string;
}

export interface StatAsked {
  readonly panel: Pick<StatPanel, 'query' | 'options'>;
  readonly listening: Listening;
  readonly answered: Answered | null;
  readonly range: { readonly fromMs: number; readonly toMs: number };
}

const defaultUnit: Unit = '1';

export function readStat(
  series: Iterable<LiveSeries>,
  { panel, listening, answered, range }: StatAsked,
): StatReading {
  const { reduce } = panel.options;
  const all = [...series];
  const own = linesToReduce(all, reduce);
  const { lines, earlier, of } = hearing([...own, ...earlierToReduce(all, reduce)], listening);
  const asked = { reduce, shown: defaultShown(panel.query) };
  const first = lines[0] ?? own[0];
  return {
    value: currentValue(lines, asked),
    before: earlierValue(earlier, { ...asked, lines: of }),
    partial: isPartial({ heard: lines.length, of }, reduce),
    running: isRunning(lines, { buckets: panel.query.buckets, answered }),
    rows: courseOf(own, { ...asked, ...range, bucketMs: listening.bucketMs, heard: lines }),
    unit: first?.info.unit ?? defaultUnit,
    shown: first?.marks.shownAs ?? asked.shown,
    silence: silenceWords({ lines, of }),
  };
}
