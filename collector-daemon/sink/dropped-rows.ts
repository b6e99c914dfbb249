/** What lost rows leave behind: a hole a device, with the time it covers and how many samples it held. */
import type { DeviceId } from '../../core/id.ts';
import type { DroppedRows, SampleSlice } from '../../core/telemetry/sample.ts';
import type { SeriesDefinition } from '../../core/telemetry/series.ts';
import { msFromUs } from '../../core/time.ts';

export function droppedRows(
  { numbers, texts }: SampleSlice,
  definition: (ref: number) => SeriesDefinition,
): DroppedRows[] {
  const byDevice = new Map<DeviceId, DroppedRows>();
  for (const columns of [numbers, texts]) {
    columns.series.forEach((ref, row) => {
      const { deviceId } = definition(ref);
      const timeMs = msFromUs(columns.timeUs[row]!);
      const known = byDevice.get(deviceId);
      byDevice.set(deviceId, {
        deviceId,
        fromMs: Math.min(known?.fromMs ?? timeMs, timeMs),
        toMs: Math.max(known?.toMs ?? timeMs, timeMs),
        lost: (known?.lost ?? 0) + 1,
      });
    });
  }
  return [...byDevice.values()];
}
