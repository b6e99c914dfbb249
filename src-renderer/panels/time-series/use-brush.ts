import { useState, type PointerEvent } from 'react';

export interface Brushed {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Shorter was a click that slipped. */
const leastPx = 6;

interface Drag {
  readonly startPx: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly wide: boolean;
}

/**
 * A stretch of time drawn with the pointer.
 * @param timeAt the moment below the pointer; null beside the plot
 */
export function useBrush(
  timeAt: (event: PointerEvent<HTMLElement>) => number | null,
  onChoose: (chosen: Brushed) => void,
) {
  const [drag, setDrag] = useState<Drag | null>(null);
  const begin = (event: PointerEvent<HTMLElement>) => {
    const timeMs = event.button === 0 ? timeAt(event) : null;
    if (timeMs === null) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag({ startPx: event.clientX, startMs: timeMs, endMs: timeMs, wide: false });
  };
  const go = (event: PointerEvent<HTMLElement>) => {
    if (drag === null) return;
    const wide = drag.wide || Math.abs(event.clientX - drag.startPx) >= leastPx;
    setDrag({ ...drag, endMs: timeAt(event) ?? drag.endMs, wide });
  };
  const end = () => {
    if (drag?.wide && drag.startMs !== drag.endMs) onChoose(orderedEnds(drag));
    setDrag(null);
  };
  const cancel = () => setDrag(null);
  return { brushed: drag?.wide ? orderedEnds(drag) : null, begin, go, end, cancel };
}

function orderedEnds({ startMs, endMs }: Drag): Brushed {
  return { fromMs: Math.min(startMs, endMs), toMs: Math.max(startMs, endMs) };
}
