import { useMemo, useState, type ReactNode } from 'react';
import type { StatPanel } from '../../../core/dashboard/document.ts';
import {
  answerSentences,
  functionWords,
  perBucketWords,
  periodWords,
} from '../../format/query-words.ts';
import { livePartOf } from '../../live/live-part.ts';
import type { PanelFeed } from '../../live/panel-feed.ts';
import { usePalette } from '../../theme/use-palette.ts';
import { FailureState } from '../../ui/states.tsx';
import { useSize } from '../../ui/use-size.ts';
import { useThrottled } from '../../ui/use-throttled.ts';
import { Freshness, PanelFrame, SilenceMark, useIsStale } from '../panel-frame.tsx';
import { PanelNotes } from '../panel-notes.tsx';
import { usePanelFeed } from '../use-panel-feed.ts';
import { useListening } from '../use-listening.ts';
import { SparklineChart } from './sparkline-chart.tsx';
import { readStat, type StatReading } from './stat-reading.ts';
import { comparisonText, quantityOf } from './stat-words.ts';
import './stat-panel.css';

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
  const reading = useReading(feed, { panel, revision });
  return (
    <PanelFrame
      title={panel.title}
      subtitle={[
        functionWords(panel.query),
        periodWords(panel.query) ||
          perBucketWords({ shown: reading.shown, bucketMs: feed.window.bucketMs }),
        reductionWords[panel.options.reduce],
      ]
        .filter(Boolean)
        .join(', ')}
      actions={actions}
      aside={
        <>
          <PanelNotes sentences={answerSentences(feed.window.facts, panel.query)} />
          <SilenceMark words={reading.silence} />
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
      {state.phase.kind === 'ready' && <Stat panel={panel} reading={reading} />}
    </PanelFrame>
  );
}

function useReading(
  feed: PanelFeed,
  { panel, revision }: { panel: StatPanel; revision: number },
): StatReading {
  const { query, options } = panel;
  const listening = useListening(feed, query);
  return useMemo(
    () =>
      readStat(feed.window.series.values(), {
        panel: { query, options },
        listening,
        answered: feed.window.answered,
        range: feed.rangeAt(Date.now()),
      }),
    // The revision says when the window's content changed, and `listening` is a new object every time.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [feed, revision, listening.untilMs, query, options],
  );
}

/** Beside a stream a sparkline's are enough; without one the number itself is the newest of these. */
function pointsOf({ query }: StatPanel): number {
  return livePartOf(query) === null ? 400 : 90;
}

interface StatProps {
  readonly panel: StatPanel;
  readonly reading: StatReading;
}

function Stat({ panel, reading }: StatProps) {
  const palette = usePalette();
  const { value, rows, unit, shown } = reading;
  const quantity = quantityOf(value, { reduce: panel.options.reduce, unit, shown });
  const comparison = comparisonText(reading, panel);
  return (
    <div className="stat">
      <div className="stat-numbers">
        <p className="stat-value">
          {quantity.number}
          {quantity.unit !== '' && <span className="stat-unit"> {quantity.unit}</span>}
        </p>
        {comparison !== '' && <p className="muted stat-earlier">{comparison}</p>}
      </div>
      {value === null ? (
        <p className="muted stat-note">
          {reading.silence === '' ? 'no values in this range' : 'nothing heard lately'}
        </p>
      ) : (
        <SparklineChart rows={rows} palette={palette} />
      )}
    </div>
  );
}
