/** Points on their way to one live query, as columns; bounded, so that a console that reads slowly costs no memory. */
import type { LiveFrame, Query } from '../../core/contract/query.ts';
import type { SamplePayload } from '../../core/telemetry/sample-codec.ts';
import type { SeriesDefinition } from '../../core/telemetry/series.ts';
import { msFromUs } from '../../core/time.ts';

export type PointsFrame = Extract<LiveFrame, { kind: 'points' }>;

const maxPoints = 50_000;

export class PointBuffer {
  readonly #asRate: boolean;
  readonly #placeOf: (definition: SeriesDefinition) => number | undefined;
  #frame: PointsFrame = emptyFrame();
  /** Points thrown away because nobody took them. */
  overflow = 0;

  constructor(
    queryFunction: Query['function'],
    placeOf: (definition: SeriesDefinition) => number | undefined,
  ) {
    this.#asRate = queryFunction === 'rate';
    this.#placeOf = placeOf;
  }

  get length(): number {
    return this.#frame.series.length;
  }

  /** Answers the series that no place is known for. Where a series ends, its line breaks. */
  add(
    { numbers, ends }: SamplePayload,
    seriesOf: (ref: number) => SeriesDefinition | undefined,
  ): readonly SeriesDefinition[] {
    const strangers = new Set<SeriesDefinition>();
    numbers.series.forEach((ref, row) => {
      const definition = seriesOf(ref);
      if (definition === undefined) return;
      const place = this.#placeOf(definition);
      if (place === undefined) {
        strangers.add(definition);
        return;
      }
      const { delta, spanMs, value } = numbers;
      const rate = spanMs[row]! > 0 ? (delta[row]! / spanMs[row]!) * 1_000 : Number.NaN;
      this.#push(place, msFromUs(numbers.timeUs[row]!), this.#asRate ? rate : value[row]!);
    });
    ends.series.forEach((ref, row) => {
      const definition = seriesOf(ref);
      const place = definition && this.#placeOf(definition);
      if (definition?.kind === 'state' || place === undefined || ends.withdrawn[row] === 1) return;
      this.#push(place, msFromUs(ends.timeUs[row]!), Number.NaN);
    });
    return [...strangers];
  }

  take(): PointsFrame {
    const taken = this.#frame;
    this.#frame = emptyFrame();
    return taken;
  }

  /** NaN is a gap: the line must break. */
  #push(place: number, timeMs: number, value: number): void {
    if (this.length >= maxPoints) {
      this.overflow += 1;
      return;
    }
    this.#frame.series.push(place);
    this.#frame.timesMs.push(timeMs);
    this.#frame.values.push(Number.isNaN(value) ? null : value);
  }
}

function emptyFrame(): PointsFrame {
  return { kind: 'points', series: [], timesMs: [], values: [] };
}
