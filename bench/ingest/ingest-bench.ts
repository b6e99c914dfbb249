/**
 * `nocturne bench ingest`: what one ingest thread takes, stage by stage, in alternating runs on this machine. Figures
 * are medians; the ratios to the transport alone are what can be compared between machines.
 */
import { performance } from 'node:perf_hooks';
import type { DatabasePool } from '../../service/store/connection/pool.ts';
import {
  batchStage,
  decodeStage,
  type Stage,
  storeStage,
  transportStage,
} from './ingest-stages.ts';
import { type LoadShape, startLoadTarget } from './load-target.ts';
import { median } from '../median.ts';

export interface IngestBenchOptions {
  readonly pool: DatabasePool;
  readonly updates: number;
  readonly runs: number;
  readonly progress: (line: string) => void;
}

export interface StageFigures {
  readonly stage: string;
  readonly updatesPerMessage: number;
  readonly updatesPerSecond: number;
  /** User and system, all threads of this process, gRPC included; the target and the database are other processes. */
  readonly cpuSecondsPerMillion: number;
  /** Updates a second divided by those of the transport alone, same shape, same run. */
  readonly shareOfTransport: number;
}

interface Measured {
  readonly updatesPerSecond: number;
  readonly cpuSecondsPerMillion: number;
}

/** One round of the load model is one message. */
const shapes = [
  { interfaces: 10, countersPerInterface: 10 },
  { interfaces: 1, countersPerInterface: 1 },
];

export async function benchIngest(options: IngestBenchOptions): Promise<readonly StageFigures[]> {
  const stages: readonly (readonly [string, Stage])[] = [
    ['transport alone', transportStage],
    ['decode', decodeStage],
    ['decode, normalise, batch', batchStage],
    ['whole, into the database', storeStage(options.pool)],
  ];
  const figures: StageFigures[] = [];
  for (const shape of shapes) {
    const perMessage = shape.interfaces * shape.countersPerInterface;
    // One update a message is ten times as dear: fewer of them take as long.
    const updates = perMessage === 1 ? Math.ceil(options.updates / 5) : options.updates;
    const measured = await alternate(stages, { ...shape, updates }, options);
    const [transport] = measured.values();
    for (const [stage, runs] of measured) {
      figures.push(summary(stage, perMessage, runs, transport!));
    }
  }
  return figures;
}

async function alternate(
  stages: readonly (readonly [string, Stage])[],
  shape: LoadShape,
  { runs, progress }: IngestBenchOptions,
): Promise<ReadonlyMap<string, Measured[]>> {
  const measured = new Map<string, Measured[]>(stages.map(([name]) => [name, []]));
  // The first round warms up and is not counted.
  for (let round = 0; round <= runs; round += 1) {
    for (const [name, stage] of stages) {
      const figure = await measure(stage, shape);
      if (round > 0) measured.get(name)!.push(figure);
      const rate = Math.round(figure.updatesPerSecond).toLocaleString('en');
      progress(`${round === 0 ? 'warm-up' : `run ${round}`}: ${name}, ${rate} updates/s`);
    }
  }
  return measured;
}

async function measure(stage: Stage, shape: LoadShape): Promise<Measured> {
  using load = await startLoadTarget(shape);
  const updatesPerMessage = shape.interfaces * shape.countersPerInterface;
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  await stage({ target: load.target, updates: shape.updates, updatesPerMessage });
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    updatesPerSecond: shape.updates / seconds,
    cpuSecondsPerMillion: (user + system) / shape.updates,
  };
}

function summary(
  stage: string,
  updatesPerMessage: number,
  runs: readonly Measured[],
  transport: readonly Measured[],
): StageFigures {
  const ratios = runs.map((run, at) => run.updatesPerSecond / transport[at]!.updatesPerSecond);
  return {
    stage,
    updatesPerMessage,
    updatesPerSecond: Math.round(median(runs.map((run) => run.updatesPerSecond))),
    cpuSecondsPerMillion: round2(median(runs.map((run) => run.cpuSecondsPerMillion))),
    shareOfTransport: round2(median(ratios)),
  };
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
