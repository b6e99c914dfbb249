/** Splits a sealed slice by feed topic and encodes each part: runs in the ingest worker, off the main thread. */
import {
  type EndColumns,
  noEnds,
  type NumberColumns,
  type ReceivedRange,
  type SampleSlice,
  type TextColumns,
} from '../../core/telemetry/sample.ts';
import {
  codecOf,
  encodeSamplePayload,
  type SamplePayload,
} from '../../core/telemetry/sample-codec.ts';
import type { DeviceId } from '../../core/id.ts';
import type { FrameOrigin } from '../../core/telemetry/feed-frame.ts';
import type { SeriesDefinition } from '../../core/telemetry/series.ts';
import { formatTopic, groupOf } from '../../core/telemetry/topic.ts';

/** One frame to publish. `introduced` is kept by the publisher for snapshots. */
export interface TopicPart {
  readonly topic: string;
  readonly codec: string;
  readonly payload: Uint8Array;
  readonly introduced: readonly SeriesDefinition[];
  /** Of all that the slice has of the device. Null where that is no row, but a series that a later one has rows of. */
  readonly origin: FrameOrigin | null;
}

interface Rows {
  readonly deviceId: DeviceId;
  readonly introduces: SeriesDefinition[];
  readonly numbers: number[];
  readonly texts: number[];
  readonly ends: number[];
}

interface Place {
  readonly topic: string;
  readonly deviceId: DeviceId;
}

export class TopicSplitter {
  /** By series ref. */
  readonly #places = new Map<number, Place>();

  /** @param slice in which a device has one epoch */
  split(slice: SampleSlice): readonly TopicPart[] {
    const parts = new Map<string, Rows>();
    for (const definition of slice.introduces) {
      const { deviceId, path } = definition;
      const topic = formatTopic({ kind: 'samples', deviceId, group: groupOf(path) });
      this.#places.set(definition.ref, { topic, deviceId });
      this.#rowsOf(parts, definition.ref).introduces.push(definition);
    }
    slice.numbers.series.forEach((ref, at) => this.#rowsOf(parts, ref).numbers.push(at));
    slice.texts.series.forEach((ref, at) => this.#rowsOf(parts, ref).texts.push(at));
    slice.ends.series.forEach((ref, at) => this.#rowsOf(parts, ref).ends.push(at));
    const origins = originsOf(slice.received);
    return Array.from(parts).flatMap(([topic, rows]) => {
      const origin = origins.get(rows.deviceId) ?? null;
      return partsOf(rows, slice).map((part) => ({ ...part, topic, origin }));
    });
  }

  /** Refs of which no later slice has rows, by topic. */
  retire(refs: readonly number[]): ReadonlyMap<string, readonly number[]> {
    const byTopic = new Map<string, number[]>();
    for (const ref of refs) {
      const place = this.#places.get(ref);
      if (place === undefined) continue;
      this.#places.delete(ref);
      const others = byTopic.get(place.topic);
      if (others === undefined) byTopic.set(place.topic, [ref]);
      else others.push(ref);
    }
    return byTopic;
  }

  #rowsOf(parts: Map<string, Rows>, ref: number): Rows {
    const { topic, deviceId } = this.#places.get(ref)!;
    let rows = parts.get(topic);
    if (rows === undefined) {
      rows = { deviceId, introduces: [], numbers: [], texts: [], ends: [] };
      parts.set(topic, rows);
    }
    return rows;
  }
}

function originsOf(received: readonly ReceivedRange[]): ReadonlyMap<DeviceId, FrameOrigin> {
  return new Map(
    received.map(({ deviceId, epoch, fromMs, toMs }) => [
      deviceId,
      { epoch, receivedFromMs: fromMs, receivedToMs: toMs },
    ]),
  );
}

/** Ends go in a frame of their own: programs that do not know them pass it over, and miss no sample. */
function partsOf(
  { introduces, numbers, texts, ends }: Rows,
  slice: SampleSlice,
): Omit<TopicPart, 'topic' | 'origin'>[] {
  const samples: SamplePayload = {
    introduces,
    numbers: pickNumbers(slice.numbers, numbers),
    texts: pickTexts(slice.texts, texts),
    ends: noEnds,
  };
  const ended: SamplePayload = {
    introduces: [],
    numbers: pickNumbers(slice.numbers, []),
    texts: pickTexts(slice.texts, []),
    ends: pickEnds(slice.ends, ends),
  };
  const hasSamples = introduces.length + numbers.length + texts.length > 0;
  return [...(hasSamples ? [samples] : []), ...(ends.length > 0 ? [ended] : [])].map((payload) => ({
    codec: codecOf(payload),
    introduced: payload.introduces,
    payload: encodeSamplePayload(payload),
  }));
}

function pickEnds(columns: EndColumns, rows: readonly number[]): EndColumns {
  return {
    series: Uint32Array.from(rows, (row) => columns.series[row]!),
    timeUs: Float64Array.from(rows, (row) => columns.timeUs[row]!),
    withdrawn: Uint8Array.from(rows, (row) => columns.withdrawn[row]!),
  };
}

function pickNumbers(columns: NumberColumns, rows: readonly number[]): NumberColumns {
  const picked = {
    series: new Uint32Array(rows.length),
    timeUs: new Float64Array(rows.length),
    value: new Float64Array(rows.length),
    delta: new Float64Array(rows.length),
    spanMs: new Int32Array(rows.length),
    quality: new Uint16Array(rows.length),
  };
  rows.forEach((row, at) => {
    picked.series[at] = columns.series[row]!;
    picked.timeUs[at] = columns.timeUs[row]!;
    picked.value[at] = columns.value[row]!;
    picked.delta[at] = columns.delta[row]!;
    picked.spanMs[at] = columns.spanMs[row]!;
    picked.quality[at] = columns.quality[row]!;
  });
  return picked;
}

function pickTexts(columns: TextColumns, rows: readonly number[]): TextColumns {
  return {
    series: Uint32Array.from(rows, (row) => columns.series[row]!),
    timeUs: Float64Array.from(rows, (row) => columns.timeUs[row]!),
    value: rows.map((row) => columns.value[row]!),
  };
}
