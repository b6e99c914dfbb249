/** What lost rows leave behind: a hole a device, with the time it covers and how many samples it held. */
import type { DeviceId } from '../../core/id.ts';
import type { DroppedRows, SampleSlice } from '../../core/telemetry/sample.ts';
import type { SeriesDefinition } from '../../core/telemetry/series.ts';
import { msFromUs } from '../../core/time.ts';

interface Hole {
  fromMs: number;
  toMs: number;
  lost: number;
}

/**
 * Numbers leave a hole at their own time, where a line breaks. A state may carry the time of a change of long ago: it is
 * lost since it was received.
 */
export function droppedRows(
  { numbers, texts }: SampleSlice,
  definition: (ref: number) => SeriesDefinition,
): DroppedRows[] {
  const holes = new Map<DeviceId, Hole>();
  const widen = (ref: number, atMs: number) => {
    const { deviceId } = definition(ref);
    const hole = holes.get(deviceId) ?? { fromMs: atMs, toMs: atMs, lost: 0 };
    hole.fromMs = Math.min(hole.fromMs, atMs);
    hole.toMs = Math.max(hole.toMs, atMs);
    hole.lost += 1;
    holes.set(deviceId, hole);
  };
  numbers.series.forEach((ref, row) => widen(ref, msFromUs(numbers.timeUs[row]!)));
  texts.series.forEach((ref, row) => widen(ref, texts.receivedMs[row]!));
  return Array.from(holes, ([deviceId, hole]) => ({ deviceId, ...hole }));
}
