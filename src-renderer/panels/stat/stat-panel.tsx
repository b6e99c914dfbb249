import { useMemo, useState, type ReactNode } from 'react';
import type { StatPanel } from '../../../core/dashboard/document.ts';
import type { Unit } from '../../../core/telemetry/unit.ts';
import { earlierWords } from '../../format/line-label.ts';
import {
  formatCount,
  formatScreenValue,
  quantityText,
  type Quantity,
  type Shown,
} from '../../format/quantity.ts';
import {
  answerSentences,
  defaultShown,
  functionWords,
  periodWords,
} from '../../format/query-words.ts';
import { livePartOf } from '../../live/live-part.ts';
import type { PanelFeed } from '../../live/panel-feed.ts';
import { usePalette } from '../../theme/use-palette.ts';
import { FailureState } from '../../ui/states.tsx';
import { useSize } from '../../ui/use-size.ts';
import { useThrottled } from '../../ui/use-throttled.ts';
import { Freshness, PanelFrame, useIsStale } from '../panel-frame.tsx';
import { PanelNotes } from '../panel-notes.tsx';
import { usePanelFeed } from '../use-panel-feed.ts';
import {
  changeText,
  courseOf,
  currentValue,
  earlierToReduce,
  earlierValue,
  linesToReduce,
} from './reduce-series.ts';
import { SparklineChart } from './sparkline-chart.tsx';
import './stat-panel.css';

const defaultUnit: Unit = '1';
const reductionWords = { sum: 'sum', mean: 'mean', max: 'highest', count: 'count' } as const;

interface StatPanelProps {
  readonly panel: StatPanel;
  readonly actions?: ReactNode;
}

export function StatPanelView({ panel, actions }: StatPanelProps) {
  const [body, setBody] = useState<HTMLDivElement | null>(null);
  const size = useSize(body);
  const { feed, state } = usePanelFeed(panel.query, {
    element: body,
    panelPx: size && pointsOf(panel),
  });
  const stale = useIsStale(state);
  const revision = useThrottled(state.revision, 1_000);
  return (
    <PanelFrame
      title={panel.title}
      subtitle={[
        functionWords(panel.query),
        periodWords(panel.query),
        reductionWords[panel.options.reduce],
      ]
        .filter(Boolean)
        .join(', ')}
      actions={actions}
      aside={
        <>
          <PanelNotes sentences={answerSentences(feed.window.facts, panel.query)} />
          <Freshness state={state} />
        </>
      }
      bodyRef={setBody}
      stale={stale}
    >
      {state.phase.kind === 'loading' && <span className="skeleton stat-skeleton" />}
      {state.phase.kind === 'failed' && (
        <FailureState failure={state.phase.failure} onRetry={() => feed.retry()} />
      )}
      {state.phase.kind === 'ready' && <Stat panel={panel} feed={feed} revision={revision} />}
    </PanelFrame>
  );
}

/** Beside a stream a sparkline's are enough; without one the number itself is the newest of these. */
function pointsOf({ query }: StatPanel): number {
  return livePartOf(query) === null ? 400 : 90;
}

interface StatProps {
  readonly panel: StatPanel;
  readonly feed: PanelFeed;
  readonly revision: number;
}

function Stat({ panel, feed, revision }: StatProps) {
  const palette = usePalette();
  const { query } = panel;
  const { reduce } = panel.options;
  const { value, before, rows, unit, shown } = useMemo(
    () => {
      const all = [...feed.window.series.values()];
      const lines = linesToReduce(all, reduce);
      const asked = { reduce, shown: defaultShown(query) };
      return {
        value: currentValue(lines, asked),
        before: earlierValue(earlierToReduce(all, reduce), { ...asked, lines: lines.length }),
        rows: courseOf(lines, { ...asked, ...feed.rangeAt(Date.now()) }),
        unit: lines[0]?.info.unit ?? defaultUnit,
        shown: lines[0]?.marks.shownAs ?? asked.shown,
      };
    },
    // The revision says when the window's content changed.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [feed, revision, reduce, query],
  );
  const quantity = quantityOf(value, { reduce, unit, shown });
  return (
    <div className="stat">
      <div className="stat-numbers">
        <p className="stat-value">
          {quantity.number}
          {quantity.unit !== '' && <span className="stat-unit"> {quantity.unit}</span>}
        </p>
        {query.offsetMs !== undefined && value !== null && (
          <p className="muted stat-earlier">
            {before === null
              ? `nothing known ${earlierWords(query.offsetMs)}`
              : [
                  changeText(value, before),
                  `${quantityText(quantityOf(before, { reduce, unit, shown }))} ${earlierWords(query.offsetMs)}`,
                ]
                  .filter(Boolean)
                  .join(' · ')}
          </p>
        )}
      </div>
      {value === null ? (
        <p className="muted stat-note">no values in this range</p>
      ) : (
        <SparklineChart rows={rows} palette={palette} />
      )}
    </div>
  );
}

function quantityOf(
  value: number | null,
  { reduce, unit, shown }: { reduce: StatPanel['options']['reduce']; unit: Unit; shown: Shown },
): Quantity {
  if (reduce === 'count') return { number: formatCount(value ?? 0), unit: '' };
  return value === null ? { number: '–', unit: '' } : formatScreenValue(value, unit, shown);
}
