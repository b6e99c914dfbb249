import { useDeferredValue, useMemo, useState, type ReactNode } from 'react';
import type { TimeSeriesPanel } from '../../../core/dashboard/document.ts';
import type { TimeRange } from '../../../core/query/time-range.ts';
import type { FeedState } from '../../live/feed-state.ts';
import type { PanelFeed } from '../../live/panel-feed.ts';
import { answerSentences, defaultShown, measuresSeveral } from '../../format/query-words.ts';
import type { LiveSeries } from '../../live/live-series.ts';
import { usePalette } from '../../theme/use-palette.ts';
import { useSize } from '../../ui/use-size.ts';
import { EmptyState, FailureState } from '../../ui/states.tsx';
import { NoSeries } from '../no-series.tsx';
import { Freshness, PanelFrame, SilenceMark, useIsStale } from '../panel-frame.tsx';
import { PanelNotes } from '../panel-notes.tsx';
import { styleSeries } from '../series-style.ts';
import { usePanelFeed } from '../use-panel-feed.ts';
import { AllZero } from './all-zero.tsx';
import type { Styles } from './chart-row.ts';
import { ChartSkeleton } from './chart-skeleton.tsx';
import { gapSentences, namedGaps } from './known-gaps.ts';
import { allPicked, isShown, type Picked } from './legend-choice.ts';
import { Legend } from './legend.tsx';
import { quietLines } from './quiet-lines.ts';
import { SeriesTable } from './series-table.tsx';
import { TimeSeriesChart } from './time-series-chart.tsx';
import { timeSeriesSubtitle } from './time-series-subtitle.ts';
import { useZone } from '../../time/view-time.ts';

const noCourseSentence =
  'This panel asks for one number for the whole range: choose an hour, a day, a week or a month instead, or show it as a stat or a ranking.';

interface TimeSeriesPanelProps {
  readonly panel: TimeSeriesPanel;
  readonly actions?: ReactNode;
  /** What it shows is known to tell nothing just now, although the stream of it is open. */
  readonly silent?: boolean;
}

export function TimeSeriesPanelView({ panel, actions, silent }: TimeSeriesPanelProps) {
  if (panel.query.buckets?.by === 'range')
    return <NoCourse title={panel.title} actions={actions} />;
  return <CoursePanel panel={panel} actions={actions} silent={silent ?? false} />;
}

/** The editor does not offer it, but a document may ask for it. */
function NoCourse({ title, actions }: { title: string; actions: ReactNode }) {
  return (
    <PanelFrame title={title} actions={actions}>
      <EmptyState title="One number is no course over time">
        <p className="muted">{noCourseSentence}</p>
      </EmptyState>
    </PanelFrame>
  );
}

function CoursePanel({ panel, actions, silent }: TimeSeriesPanelProps & { silent: boolean }) {
  const [body, setBody] = useState<HTMLDivElement | null>(null);
  const bodySize = useSize(body);
  const { feed, state } = usePanelFeed(panel.query, {
    element: body,
    panelPx: bodySize?.width ?? null,
  });
  const stale = useIsStale(state);
  const all = [...feed.window.series.values()];
  const quiet = quietLines(all, panel.query);
  const lines = all.filter((line) => !quiet.includes(line));

  return (
    <PanelFrame
      title={panel.title}
      subtitle={timeSeriesSubtitle({ panel, lines, quiet, window: feed.window })}
      actions={actions}
      aside={
        <>
          <PanelNotes sentences={answerSentences(feed.window.facts, panel.query)} />
          {silent && state.stream === 'on' && !stale ? (
            <SilenceMark words="not streaming" />
          ) : (
            <Freshness state={state} />
          )}
        </>
      }
      bodyRef={setBody}
      stale={stale}
    >
      {state.phase.kind === 'loading' && <ChartSkeleton />}
      {state.phase.kind === 'failed' && (
        <FailureState failure={state.phase.failure} onRetry={() => feed.retry()} />
      )}
      {state.phase.kind === 'ready' && all.length === 0 && <NoSeries query={panel.query} />}
      {state.phase.kind === 'ready' && all.length > 0 && lines.length === 0 && (
        <Quiet feed={feed} state={state} lines={quiet} />
      )}
      {state.phase.kind === 'ready' && lines.length > 0 && (
        <Plotted panel={panel} feed={feed} state={state} all={all} lines={lines} />
      )}
    </PanelFrame>
  );
}

function Quiet({ feed, state, lines }: Pick<PlottedProps, 'feed' | 'state' | 'lines'>) {
  const zone = useZone();
  const range = useRange(feed, state);
  const gaps = namedGaps(feed.window.facts.gaps ?? [], { lines, ...range });
  const inOrder = gaps.toSorted((left, right) => left.fromMs - right.fromMs);
  return <AllZero lines={lines} gaps={gapSentences(inOrder, zone)} />;
}

/** Moves on with what arrives; the chart itself follows the clock more finely. */
function useRange(feed: PanelFeed, { revision }: FeedState): TimeRange {
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  return useMemo(() => feed.shownRange(Date.now()), [feed, revision]);
}

interface PlottedProps {
  readonly panel: TimeSeriesPanel;
  readonly feed: PanelFeed;
  readonly state: FeedState;
  readonly all: readonly LiveSeries[];
  /** Those that are drawn. */
  readonly lines: readonly LiveSeries[];
}

/** The chart, its legend, and both in words. */
function Plotted({ panel, feed, state, all, lines }: PlottedProps) {
  const [plot, setPlot] = useState<HTMLDivElement | null>(null);
  const plotSize = useSize(plot);
  const zone = useZone();
  const palette = usePalette();
  const [picked, setPicked] = useState<Picked>(allPicked);
  // Of all lines, so that no colour changes when one begins to be drawn.
  const styles = useLineStyles(panel, all);
  const drawn = lines.map(({ info }) => info.id).join();
  const visible = useMemo(() => {
    const ids = new Set(drawn.split(',').map(Number));
    return new Map([...styles].filter(([id]) => ids.has(id) && isShown(picked, id)));
  }, [styles, picked, drawn]);
  const legendLines = useDeferredValue(lines);
  const { mirrorOut, mark, threshold } = panel.options;
  const { revision } = state;
  const range = useRange(feed, state);
  const gaps = namedGaps(feed.window.facts.gaps ?? [], { lines, ...range });
  const first = styles.get(lines[0]!.info.id);

  return (
    <>
      <div className="time-series-plot" ref={setPlot}>
        {plotSize !== null && plotSize.height > 20 && first !== undefined && (
          <TimeSeriesChart
            feed={feed}
            revision={revision}
            styles={visible}
            gaps={gaps}
            look={{
              mark,
              periods: panel.query.buckets !== undefined,
              threshold,
              mirrorOut,
              compares: panel.query.offsetMs !== undefined,
              unit: first.unit,
              shown: first.shown,
              zone,
              palette,
              size: plotSize,
              range,
            }}
          />
        )}
      </div>
      <Legend series={legendLines} styles={styles} picked={picked} onPick={setPicked} />
      <SeriesTable
        title={panel.title}
        series={lines}
        styles={styles}
        gaps={gapSentences(gaps, zone)}
      />
    </>
  );
}

function useLineStyles(panel: TimeSeriesPanel, lines: readonly LiveSeries[]): Styles {
  const palette = usePalette();
  const { label, mirrorOut } = panel.options;
  const { groupBy, buckets } = panel.query;
  const severalMetrics = measuresSeveral(panel.query);
  const shown = defaultShown(panel.query);
  const linesKey = lines.map(({ info, marks }) => `${info.id} ${marks.members ?? ''}`).join();
  return useMemo(
    () =>
      styleSeries(lines, {
        label,
        groupBy,
        buckets,
        severalMetrics,
        shown,
        mirrorOut,
        colors: palette.series,
        neutral: palette.muted,
      }),
    // The lines are new objects with every answer; which they are is what matters here.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [linesKey, label, groupBy, buckets, severalMetrics, shown, mirrorOut, palette],
  );
}
