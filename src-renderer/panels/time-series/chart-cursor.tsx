import { useRef, useState, type PointerEvent } from 'react';
import type { View } from 'vega';
import type { PanelFeed } from '../../live/panel-feed.ts';
import { useStore, type ReadableStore } from '../../settings/store.ts';
import { formatDateTime, zoneLabel } from '../../time/time-format.ts';
import { setBetween } from '../../time/view-time.ts';
import type { Styles } from './chart-row.ts';
import { readingsAt } from './cursor-readings.ts';
import { GapBands } from './gap-bands.tsx';
import { gapLines, gapsAt, type NamedGap, type PlotPlace } from './known-gaps.ts';
import { cursorTimeStore } from './shared-cursor.ts';
import { Swatch } from './swatch.tsx';
import { useBrush, type Brushed } from './use-brush.ts';
import type { TimeSeriesLook } from './time-series-spec.ts';
import './chart-cursor.css';

interface ChartCursorProps {
  readonly viewOf: () => View | null;
  readonly feed: PanelFeed;
  readonly styles: Styles;
  readonly look: TimeSeriesLook;
  readonly gaps: readonly NamedGap[];
  readonly place: ReadableStore<PlotPlace | null>;
}

interface TimeScale {
  (timeMs: number): number;
  invert(x: number): Date | number;
}

const shownReadings = 12;
/** As a multiple of the usual one: 31 days of a month, 25 hours of a day. */
const longestPeriod = 1.05;

/** Crosshair and tooltip lie over the canvas, so that following the pointer costs no redraw. */
export function ChartCursor({ viewOf, feed, styles, look, gaps, place }: ChartCursorProps) {
  const layer = useRef<HTMLDivElement>(null);
  const timeMs = useStore(cursorTimeStore);
  const [over, setOver] = useState(false);

  const timeAt = (event: PointerEvent<HTMLElement>): number | null => {
    const view = viewOf();
    if (view === null) return null;
    const left = event.currentTarget.getBoundingClientRect().left;
    const x = event.clientX - left - view.origin()[0];
    const inside = x >= 0 && x <= view.width();
    return inside ? Number((view.scale('x') as TimeScale).invert(x)) : null;
  };
  const brush = useBrush(timeAt, ({ fromMs, toMs }) => setBetween(fromMs, toMs));
  const follow = (event: PointerEvent<HTMLDivElement>) => {
    brush.go(event);
    const timeMs = timeAt(event);
    if (timeMs === null) return leave();
    setOver(true);
    cursorTimeStore.set(timeMs);
  };
  const leave = () => {
    setOver(false);
    cursorTimeStore.set(null);
  };

  const point = (timeMs: number) => {
    setOver(true);
    cursorTimeStore.set(timeMs);
  };
  const alone =
    new Set(Array.from(feed.window.series.values(), ({ info }) => info.deviceId)).size === 1;

  const view = timeMs === null ? null : viewOf();
  const at = view === null || timeMs === null ? null : placeOf(view, timeMs);
  return (
    <div
      ref={layer}
      className="chart-cursor"
      onPointerMove={follow}
      onPointerLeave={leave}
      onPointerDown={brush.begin}
      onPointerUp={brush.end}
      onPointerCancel={brush.cancel}
    >
      <GapBands
        gaps={gaps}
        place={place}
        zone={look.zone}
        alone={alone}
        onPoint={point}
        onLeave={leave}
      />
      {brush.brushed !== null && <Band {...brush.brushed} view={viewOf()} />}
      {at !== null && (
        <div className="chart-crosshair" style={{ left: at.x, top: at.top, height: at.height }} />
      )}
      {at !== null && over && timeMs !== null && (
        <Tooltip at={at} timeMs={timeMs} feed={feed} styles={styles} look={look} gaps={gaps} />
      )}
    </div>
  );
}

/** The stretch that letting go will look at alone. */
function Band({ fromMs, toMs, view }: Brushed & { view: View | null }) {
  const [from, to] = view === null ? [null, null] : [placeOf(view, fromMs), placeOf(view, toMs)];
  if (from === null || to === null) return null;
  const { x: left, top, height } = from;
  return <div className="chart-brush" style={{ left, top, height, width: to.x - left }} />;
}

interface CursorPlace {
  readonly x: number;
  readonly top: number;
  readonly height: number;
  readonly width: number;
}

function placeOf(view: View, timeMs: number): CursorPlace | null {
  const [left, top] = view.origin();
  const inside = (view.scale('x') as TimeScale)(timeMs);
  if (!Number.isFinite(inside) || inside < 0 || inside > view.width()) return null;
  return { x: left + inside, top, height: view.height(), width: left + view.width() };
}

interface TooltipProps extends Omit<ChartCursorProps, 'viewOf' | 'place'> {
  readonly at: CursorPlace;
  readonly timeMs: number;
}

function Tooltip({ at, timeMs, feed, styles, look, gaps }: TooltipProps) {
  const { bucketMs, series } = feed.window;
  const reachMs = look.periods
    ? bucketMs * longestPeriod
    : Math.max(feed.request.rangeMs / 40, bucketMs * 2);
  const reached = { timeMs, reachMs, holds: look.periods };
  const readings = readingsAt(series.values(), styles, reached);
  const flipped = at.x > at.width / 2;
  const style = flipped ? { right: `calc(100% - ${at.x - 12}px)` } : { left: at.x + 12 };
  const hidden = readings.length - shownReadings;
  return (
    <div className="chart-tooltip" style={{ ...style, top: at.top + 4 }}>
      <p className="mono">
        {formatDateTime(timeMs, look.zone)} {zoneLabel(look.zone, timeMs)}
      </p>
      <ul>
        {readings.slice(0, shownReadings).map((reading) => (
          <li key={reading.id}>
            <Swatch color={reading.color} dash={reading.dash} />
            <span className="chart-tooltip-label">{reading.label}</span>
            <b>{reading.text}</b>
          </li>
        ))}
        {hidden > 0 && <li className="muted">and {hidden} more</li>}
        {readings.length === 0 && <li className="muted">No data here</li>}
        {gapLines(gapsAt(gaps, timeMs)).map((line) => (
          <li key={line} className="chart-tooltip-gap">
            {line}
          </li>
        ))}
      </ul>
    </div>
  );
}
