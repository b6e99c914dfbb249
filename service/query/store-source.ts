/** Telemetry from PostgreSQL: every read on the replica or the primary, within its time, ended with its signal. */
import { reachOf, type TierRetention } from '../../core/query/tier.ts';
import { databaseError } from '../store/connection/database-error.ts';
import type { DatabasePool } from '../store/connection/pool.ts';
import type { ReadReplica } from '../store/connection/replica.ts';
import { listDevicePlaces } from '../store/reading/series-by-id.ts';
import { readStaleSpan } from '../store/rollup/rollup-staleness.ts';
import { readEnds, readGroupEnds } from '../store/reading/series-end.ts';
import type { Queryable } from '../store/connection/queryable.ts';
import { readTierFacts, type TierFacts } from '../store/reading/tier-facts.ts';
import { readGaps } from './gap-reader.ts';
import { readGroups } from './group-reader.ts';
import { readLatest } from './latest-reader.ts';
import { KeptShortly } from './kept-shortly.ts';
import { type PixelOptions, readPixels } from './pixel-reader.ts';
import { createReadRoute, type ReadRoute } from './read-route.ts';
import type { SampleSource } from './sample-source.ts';
import { selectSeries } from './series-finder.ts';

export interface StoreSourceOptions {
  readonly timeoutMs?: number;
  /** Up to this many samples are sent here and thinned exactly; more are put into buckets by the database. */
  readonly maxRawSamples?: number;
  /** More samples than this are read from rollups, where there are any fine enough. */
  readonly maxRawRows?: number;
  /** A selector that names more series is refused. */
  readonly maxSeries?: number;
  /** Default: as it is set in the database. */
  readonly retention?: TierRetention | undefined;
  /** Read from while it is there and up to date. */
  readonly replica?: ReadReplica | undefined;
  /** Told which way each read went. */
  readonly routed?: ((route: ReadRoute) => void) | undefined;
}

/** So long a raised retention, or what was dropped meanwhile, is not known of. */
const factsLifeMs = 1_000;

export function createStoreSource(
  pool: DatabasePool,
  options: StoreSourceOptions = {},
): SampleSource {
  const { timeoutMs = 15_000, maxRawSamples = 20_000, maxSeries = 100_000 } = options;
  const { maxRawRows = 500_000 } = options;
  const route = createReadRoute(pool, { ...options, timeoutMs });
  const kept = new KeptShortly<TierFacts>(factsLifeMs);
  const facts = (db: Queryable) => kept.get(() => readTierFacts(db));
  const tiers = async (db: Queryable, nowMs: number): Promise<PixelOptions> => {
    const { rollups, keptMs, cutMs } = await facts(db);
    const reach = reachOf({ keptMs: options.retention ?? keptMs, cutMs }, nowMs);
    return { reach, cutMs, rollups, maxRawRows, maxRawSamples };
  };
  const run: typeof route = async (signal, work) => {
    try {
      return await route(signal, work);
    } catch (error) {
      throw signal.aborted ? error : databaseError(error, pool.databaseUrl);
    }
  };
  return {
    findSeries: (selectors, signal, aliveSinceMs) =>
      run(signal, (db) =>
        selectSeries(db, selectors, { maxSeries, aliveSinceMs: aliveSinceMs ?? null }),
      ),
    places: (deviceIds, signal) => run(signal, (db) => listDevicePlaces(db, deviceIds)),
    read: (request, signal) =>
      run(signal, async (db) => readPixels(db, request, await tiers(db, request.nowMs))),
    readGroups: (request, signal) =>
      run(signal, async (db) => readGroups(db, request, await tiers(db, request.nowMs))),
    gaps: (request, signal) => run(signal, (db) => readGaps(db, request)),
    stale: (request, signal) =>
      run(signal, async (db) => ((await facts(db)).aggregates ? readStaleSpan(db, request) : null)),
    ends: (carried, signal) => run(signal, (db) => readEnds(db, carried)),
    groupEnds: (request, signal) => run(signal, (db) => readGroupEnds(db, request)),
    latest: (series, signal) => run(signal, (db) => readLatest(db, series)),
  };
}
