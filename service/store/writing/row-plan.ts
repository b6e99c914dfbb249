/** Decides for every row of a batch which series id it gets or why it is refused. No I/O. */
import type { DeviceId, SeriesId } from '../../../core/id.ts';
import type { NumberColumns, SampleBatch, TextColumns } from '../../../core/telemetry/sample.ts';
import type { RefusedRow } from './bisect-copy.ts';
import type { RefusedValue } from './quarantine.ts';
import { definitionProblem, numberProblem, textProblem } from './row-check.ts';
import type { NewestValue } from '../reading/series-last.ts';
import type { SeriesResolver } from './series-resolver.ts';

export interface RowPlan {
  /** Series id of each row, 0 for a refused one, NaN until `assignIds` where the id is not known yet. */
  readonly numberIds: Float64Array;
  readonly textIds: Float64Array;
  /** Ends of series that cannot be are left out. */
  readonly endIds: Float64Array;
  readonly numberRows: number;
  readonly textRows: number;
  readonly refused: readonly RefusedValue[];
  /** Refs whose ids the database has to give. */
  readonly unknown: ReadonlySet<number>;
  assignIds(ids: ReadonlyMap<number, SeriesId>): void;
  /** Refuses rows that the database would not take; call after `assignIds`. */
  refuseNumbers(rows: readonly RefusedRow[]): void;
  refuseTexts(rows: readonly RefusedRow[]): void;
  /** The newest row of each series; call after `assignIds`. */
  newest(): NewestValue[];
}

export function planRows(batch: SampleBatch, resolver: SeriesResolver): RowPlan {
  const planner = new RowPlanner(batch, resolver);
  const numberIds = planner.planNumbers();
  const textIds = planner.planTexts();
  const endIds = planner.planEnds();
  return {
    numberIds,
    textIds,
    endIds,
    numberRows: numberIds.length - planner.refusedNumbers,
    textRows: textIds.length - (planner.refused.length - planner.refusedNumbers),
    refused: planner.refused,
    unknown: planner.unknown,
    assignIds(ids) {
      fillIds(numberIds, batch.numbers.series, ids);
      fillIds(textIds, batch.texts.series, ids);
      fillIds(endIds, batch.ends.series, ids);
    },
    refuseNumbers: (rows) => planner.refuseLater(rows, batch.numbers, numberIds),
    refuseTexts: (rows) => planner.refuseLater(rows, batch.texts, textIds),
    newest: () => newestValues(batch, numberIds, textIds),
  };
}

/** In place of the device of a series that is not known. */
const nobody = '00000000-0000-0000-0000-000000000000' as DeviceId;

class RowPlanner {
  readonly refused: RefusedValue[] = [];
  readonly unknown = new Set<number>();
  refusedNumbers = 0;
  readonly #batch: SampleBatch;
  readonly #resolver: SeriesResolver;
  readonly #problems = new Map<number, string | null>();

  constructor(batch: SampleBatch, resolver: SeriesResolver) {
    this.#batch = batch;
    this.#resolver = resolver;
  }

  planNumbers(): Float64Array {
    const { numbers } = this.#batch;
    const ids = new Float64Array(numbers.series.length);
    for (let row = 0; row < ids.length; row += 1) {
      const ref = numbers.series[row]!;
      const problem = numberProblem(numbers, row) ?? this.#seriesProblem(ref);
      ids[row] = problem === null ? this.#idOf(ref) : 0;
      if (problem !== null) {
        this.#refuse(ref, problem, numbers.timeUs[row]!, String(numbers.value[row]));
      }
    }
    this.refusedNumbers = this.refused.length;
    return ids;
  }

  planTexts(): Float64Array {
    const { texts } = this.#batch;
    const ids = new Float64Array(texts.series.length);
    for (let row = 0; row < ids.length; row += 1) {
      const ref = texts.series[row]!;
      const problem = textProblem(texts, row) ?? this.#seriesProblem(ref);
      ids[row] = problem === null ? this.#idOf(ref) : 0;
      if (problem !== null) this.#refuse(ref, problem, texts.timeUs[row]!, texts.value[row]!);
    }
    return ids;
  }

  /** What was never stored, for its series cannot be, needs no end. */
  planEnds(): Float64Array {
    const { series } = this.#batch.ends;
    return Float64Array.from(series, (ref) =>
      this.#seriesProblem(ref) === null ? this.#idOf(ref) : 0,
    );
  }

  refuseLater(
    rows: readonly RefusedRow[],
    { series, timeUs, value }: NumberColumns | TextColumns,
    ids: Float64Array,
  ): void {
    for (const { row, reason } of rows) {
      this.#refuse(series[row]!, reason, timeUs[row]!, String(value[row]));
      ids[row] = 0;
    }
  }

  #idOf(ref: number): number {
    const id = this.#resolver.idOf(ref);
    if (id !== undefined) return id;
    this.unknown.add(ref);
    return Number.NaN;
  }

  #seriesProblem(ref: number): string | null {
    if (this.#resolver.idOf(ref) !== undefined) return null;
    if (!this.#resolver.knows(ref)) return 'no batch introduced its series';
    let problem = this.#problems.get(ref);
    if (problem === undefined) {
      problem = definitionProblem(this.#resolver.definitionOf(ref));
      this.#problems.set(ref, problem);
    }
    return problem;
  }

  #refuse(ref: number, reason: string, timeUs: number, value: string): void {
    const { deviceId, path } = this.#resolver.knows(ref)
      ? this.#resolver.definitionOf(ref)
      : { deviceId: nobody, path: `ref ${ref}` };
    const storableTime = Number.isSafeInteger(timeUs) ? timeUs : null;
    this.refused.push({ deviceId, path, reason, timeUs: storableTime, value });
  }
}

function fillIds(ids: Float64Array, refs: Uint32Array, known: ReadonlyMap<number, SeriesId>): void {
  for (let row = 0; row < ids.length; row += 1) {
    if (Number.isNaN(ids[row])) ids[row] = known.get(refs[row]!)!;
  }
}

function newestValues(
  batch: SampleBatch,
  numberIds: Float64Array,
  textIds: Float64Array,
): NewestValue[] {
  const { numbers, texts } = batch;
  const newest = new Map<number, NewestValue>();
  const offer = (seriesId: number, timeUs: number, value: number | null, text: string | null) => {
    if (seriesId === 0 || timeUs < (newest.get(seriesId)?.timeUs ?? -Infinity)) return;
    newest.set(seriesId, { seriesId: seriesId as SeriesId, timeUs, value, text });
  };
  for (let row = 0; row < numberIds.length; row += 1) {
    offer(numberIds[row]!, numbers.timeUs[row]!, numbers.value[row]!, null);
  }
  for (let row = 0; row < textIds.length; row += 1) {
    offer(textIds[row]!, texts.timeUs[row]!, null, texts.value[row]!);
  }
  return [...newest.values()];
}
