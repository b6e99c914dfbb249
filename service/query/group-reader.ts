/** Reads one number a bucket for groups of series from PostgreSQL, from the tiers that suffice. */
import { spanOf, splitAtReach, tierOfBounds, type Buckets } from '../../core/query/bounds.ts';
import { ceilTo, coarser, tierMs, type Tier } from '../../core/query/tier.ts';
import { widthForAll } from './bucket-width.ts';
import { readBucketValues, type PercentileWindow } from '../store/reading/bucket-value.ts';
import { withParts } from '../store/reading/measured-rows.ts';
import type { Queryable } from '../store/connection/queryable.ts';
import type { GroupAnswer, GroupRequest, GroupRow } from './sample-source.ts';
import {
  firstOf,
  planReading,
  type TierOptions,
  type TierReading,
  withoutGone,
} from './tier-reader.ts';

interface Part extends Omit<GroupAnswer, 'rows'> {
  readonly rows: readonly GroupRow[];
}

/** @throws INPUT_INVALID when what is kept of the range is coarser than its buckets */
export async function readGroups(
  db: Queryable,
  request: GroupRequest,
  options: TierOptions,
): Promise<GroupAnswer> {
  const parts: Part[] = [];
  for (const part of await partsOf(db, request, options))
    parts.push(await readPart(db, part, options));
  const rows = parts.flatMap((part) => part.rows);
  return {
    rows: Map.groupBy(rows, ({ group }) => group),
    bucketMs: Math.max(...parts.map(({ bucketMs }) => bucketMs)),
    tier: parts.map(({ tier }) => tier).reduce(coarser),
    // Of older ones there is less.
    roundedTo: parts.find(({ roundedTo }) => roundedTo !== undefined)?.roundedTo,
  };
}

/** Oldest first. */
async function partsOf(
  db: Queryable,
  request: GroupRequest,
  { reach, rollups }: TierOptions,
): Promise<GroupRequest[]> {
  const { buckets, reduction } = request;
  if (buckets.by === 'range') return [request];
  if (buckets.by === 'width') {
    const widthMs = await widthForAll(db, { ...request, ...buckets, rollups });
    return [{ ...request, buckets: { by: 'width', widthMs } }];
  }
  const finest = reduction === 'percentile' ? '1m' : tierOfBounds(buckets.boundsMs);
  return splitAtReach(buckets.boundsMs, { finest, reach }).map((boundsMs) => ({
    ...request,
    range: spanOf(boundsMs),
    buckets: { by: 'bounds', boundsMs },
  }));
}

async function readPart(db: Queryable, request: GroupRequest, options: TierOptions): Promise<Part> {
  const { range, groups, reduction } = request;
  const seriesIds = groups.flat();
  const finest = reduction === 'percentile';
  const widening = request.buckets.by === 'width';
  const wanted = { ...request, ...rowsFitting(request), seriesIds, finest, widening };
  const all = withParts({ seriesIds, parts: request.parts });
  const reading = await planReading(db, { ...wanted, seriesIds: all }, options);
  const { tier, segments } = reading;
  const window = windowOf(request, tier);
  const buckets = bucketsRead(request.buckets, reading, window);
  const found = await readBucketValues(db, {
    ...request,
    seriesIds,
    segments,
    window,
    buckets,
    limit: groups.length * mostBuckets(buckets, range.toMs - range.fromMs),
    groups: groups.flatMap((members, place) => members.map(() => place)),
  });
  if (tier === 'raw') {
    const less = await withoutGone(db, { seriesIds, range, firstMs: firstOf(found) }, options);
    if (less !== null) return readPart(db, request, less);
  }
  const startOf = startsOf(request, buckets);
  return {
    rows: found.map(({ bucket, ...row }) => ({ ...row, timeMs: startOf(bucket) })),
    bucketMs: buckets.by === 'width' ? buckets.widthMs : 0,
    tier,
    roundedTo: tier !== 'raw' && reading.boundsMs !== wanted.boundsMs ? tier : undefined,
  };
}

/** No row may be wider than `bucketMs`. */
function rowsFitting({ buckets, range }: GroupRequest): Pick<TierReading, 'bucketMs' | 'boundsMs'> {
  switch (buckets.by) {
    case 'width':
      return { bucketMs: buckets.widthMs };
    case 'range':
      return { bucketMs: range.toMs - range.fromMs };
    case 'bounds':
      return { bucketMs: tierMs[tierOfBounds(buckets.boundsMs)], boundsMs: buckets.boundsMs };
    default:
      return buckets satisfies never;
  }
}

/**
 * Samples beside rows of minutes would each count as much as a minute: where rollups are read, all rows are first made
 * equally wide.
 */
function windowOf(
  { reduction, percentileOfMs }: GroupRequest,
  tier: Tier,
): PercentileWindow | undefined {
  const widthMs = Math.max(percentileOfMs ?? 0, tierMs[tier]);
  if (reduction !== 'percentile' || widthMs === 0) return undefined;
  return { widthMs, together: percentileOfMs !== undefined };
}

/** They cut no row that is read, and no window. */
function bucketsRead(
  asked: Buckets,
  { bucketMs, boundsMs }: TierReading,
  window: PercentileWindow | undefined,
): Buckets {
  if (asked.by === 'width') return { by: 'width', widthMs: ceilTo(bucketMs, window?.widthMs ?? 1) };
  return boundsMs === undefined ? { by: 'range' } : { by: 'bounds', boundsMs };
}

function mostBuckets(buckets: Buckets, lengthMs: number): number {
  if (buckets.by === 'bounds') return buckets.boundsMs.length - 1;
  return buckets.by === 'width' ? Math.ceil(lengthMs / buckets.widthMs) + 1 : 1;
}

function startsOf({ buckets, range }: GroupRequest, read: Buckets): (bucket: number) => number {
  if (read.by === 'width') return (bucket) => bucket * read.widthMs;
  return (bucket) => (buckets.by === 'bounds' ? buckets.boundsMs[bucket]! : range.fromMs);
}
