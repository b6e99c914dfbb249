import { useEffect, useRef, useState, type RefObject } from 'react';
import type { View } from 'vega';
import { VegaChart, type ChartChange } from '../../chart/vega-chart.ts';
import type { PanelFeed } from '../../live/panel-feed.ts';
import { createStore } from '../../settings/store.ts';
import { windowSignals } from '../../tucan/time-window.ts';
import { useNewest } from '../../ui/use-newest.ts';
import { rowsOfPoints, rowsOfWindow, type ChartRow, type Styles } from './chart-row.ts';
import { ChartCursor } from './chart-cursor.tsx';
import type { NamedGap, PlotPlace } from './known-gaps.ts';
import { periodRows } from './period-rows.ts';
import { stackedRows } from './stacked-rows.ts';
import { rowsName, timeSeriesSpec, type TimeSeriesLook } from './time-series-spec.ts';
import './time-series-chart.css';

interface TimeSeriesChartProps {
  readonly feed: PanelFeed;
  readonly revision: number;
  readonly look: TimeSeriesLook;
  /** Styles of the series that are to be seen. */
  readonly styles: Styles;
  readonly gaps: readonly NamedGap[];
}

/** The canvas with its crosshair. Data reaches it by changesets; a new look builds it anew. */
export function TimeSeriesChart({ feed, revision, look, styles, gaps }: TimeSeriesChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<VegaChart<ChartRow> | null>(null);
  const newest = useNewest<Newest>({ feed, look, styles });
  const [place] = useState(() => createStore<PlotPlace | null>(null));
  const { unit, shown, threshold, zone, palette } = look;
  const shape = [look.mark, look.periods, look.mirrorOut, look.compares].join();
  const spanMs = look.range.toMs - look.range.fromMs;

  // Built anew only for what changes its specification; `newest` brings the rest along.
  useEffect(() => {
    const host = element.current;
    if (host === null) return undefined;
    let abandoned = false;
    const { look } = newest.current;
    const options = {
      dataName: rowsName,
      onDrawn: (view: View) => place.set(sameOr(place.get(), placeOf(view))),
    };
    void VegaChart.mount<ChartRow>(host, timeSeriesSpec(look), options).then((mounted) => {
      if (abandoned) return mounted.remove();
      chart.current = mounted;
      return mounted.update(() => wholeChange(newest.current));
    });
    return () => {
      abandoned = true;
      chart.current?.remove();
      chart.current = null;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [shape, unit, shown, threshold, zone, palette, spanMs, newest, place]);

  const { width, height } = look.size;
  useEffect(() => chart.current?.resize(width, height), [width, height]);

  // A different set of lines, or another feed: everything is drawn again.
  // oxlint-disable-next-line react/exhaustive-effect-dependencies
  useEffect(() => chart.current?.update(() => wholeChange(newest.current)), [styles, feed, newest]);

  useEffect(() => {
    // Numbers may be newer while no point is final; the axis moves by itself.
    if (newest.current.feed.hasRedraw) chart.current?.update(() => nextChange(newest.current));
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the revision tells of new points
  }, [revision, newest]);

  useSlidingWindow(chart, newest, spanMs / Math.max(1, width));

  return (
    <div className="time-series-chart">
      <div ref={element} className="time-series-canvas" aria-hidden="true" />
      <ChartCursor
        viewOf={() => chart.current?.view ?? null}
        feed={feed}
        styles={styles}
        look={look}
        gaps={gaps}
        place={place}
      />
    </div>
  );
}

interface Newest {
  readonly feed: PanelFeed;
  readonly look: TimeSeriesLook;
  readonly styles: Styles;
}

/** Where the plot lies in its element, and which time it shows. */
function placeOf(view: View): PlotPlace {
  const [left, top] = view.origin();
  const fromMs = Number(view.signal(windowSignals.from));
  const toMs = Number(view.signal(windowSignals.to));
  return { left, top, width: view.width(), height: view.height(), fromMs, toMs };
}

function sameOr(before: PlotPlace | null, now: PlotPlace): PlotPlace {
  const keys = Object.keys(now) as (keyof PlotPlace)[];
  return before !== null && keys.every((key) => before[key] === now[key]) ? before : now;
}

function signalsOf(feed: PanelFeed): Record<string, number> {
  const { fromMs, toMs } = feed.shownRange(Date.now());
  return { [windowSignals.from]: fromMs, [windowSignals.to]: toMs };
}

function wholeChange(newest: Newest): ChartChange<ChartRow> {
  newest.feed.takeRedraw();
  return { insert: allRows(newest), remove: 'all', signals: signalsOf(newest.feed) };
}

function allRows({ feed, look, styles }: Newest): readonly ChartRow[] {
  const series = feed.window.series.values();
  const { answered } = feed.window;
  const stacked = look.mark === 'stacked';
  if (look.periods && answered !== null) {
    const { buckets } = feed.request.query;
    return periodRows(series, styles, { buckets, answered, stacked });
  }
  return stacked
    ? stackedRows(series, styles, feed.rangeAt(Date.now()))
    : rowsOfWindow(series, styles);
}

function nextChange(newest: Newest): ChartChange<ChartRow> {
  const { feed, look, styles } = newest;
  if (look.mark === 'stacked') return wholeChange(newest);
  const redraw = feed.takeRedraw();
  if (redraw === 'all') return wholeChange(newest);
  const { fromMs } = feed.rangeAt(Date.now());
  // Some room to the left: the last point before the picture holds the line that enters it.
  const oldestMs = fromMs - feed.request.rangeMs / 10;
  return {
    insert: rowsOfPoints(redraw, styles),
    remove: (row) => row.time < oldestMs,
    signals: signalsOf(feed),
  };
}

/** Moves the time axis with the clock while the data rest, a pixel at a time and at most once a second. */
function useSlidingWindow(
  chart: RefObject<VegaChart<ChartRow> | null>,
  newest: RefObject<Newest>,
  msPerPixel: number,
): void {
  useEffect(() => {
    if (newest.current.feed.request.untilMs !== null) return undefined;
    const timer = setInterval(
      () => {
        if (document.hidden) return;
        chart.current?.update(() => nextChange(newest.current));
      },
      Math.min(30_000, Math.max(1_000, msPerPixel)),
    );
    return () => clearInterval(timer);
  }, [chart, newest, msPerPixel]);
}
