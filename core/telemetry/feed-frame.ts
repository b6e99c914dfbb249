/**
 * The header of a feed frame. A frame is three parts: topic, header (JSON), payload. Unknown header fields are skipped
 * (a newer minor), a newer major is refused with a sentence.
 */
import { z } from 'zod';
import { refuse, ok, type Result } from '../result.ts';
import type { SeriesDefinition } from './series.ts';

export const feedMajor = 1;

export const feedHeader = z.object({
  /** major version of the protocol */
  v: z.int(),
  cluster: z.string(),
  /** `node/worker`: series refs are unique within one publisher and incarnation */
  publisher: z.string(),
  incarnation: z.number(),
  /** per topic and publisher, from 1, without holes; a hole is a lost frame */
  sequence: z.number(),
  codec: z.string(),
  sentAtMs: z.number(),
  /** of the device, under which its samples were received; left out where the frame is of none */
  epoch: z.number().optional(),
  /** ms by the publisher's clock: receive times of the first and the last sample of the device in these 250 ms */
  receivedFromMs: z.number().optional(),
  receivedToMs: z.number().optional(),
});
export type FeedHeader = z.infer<typeof feedHeader>;

/** Under which epoch the samples of a frame were received, and when. */
export type FrameOrigin = Required<Pick<FeedHeader, 'epoch' | 'receivedFromMs' | 'receivedToMs'>>;

const feedVersion = z.object({ v: z.int(), publisher: z.string().default('a collector') });

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();

export function encodeFeedHeader(header: FeedHeader): Uint8Array {
  return utf8.encode(JSON.stringify(header));
}

export function decodeFeedHeader(bytes: Uint8Array): Result<FeedHeader> {
  let json: unknown;
  try {
    json = JSON.parse(fromUtf8.decode(bytes));
  } catch {
    return refuse('a feed frame has a header that is no JSON');
  }
  // The version first: a newer major may have another header altogether.
  const version = feedVersion.safeParse(json);
  if (version.success && version.data.v > feedMajor) {
    const { v, publisher } = version.data;
    return refuse(
      `the feed of ${publisher} speaks version ${v}, this program ${feedMajor}; update this program`,
    );
  }
  const header = feedHeader.safeParse(json);
  return header.success
    ? ok(header.data)
    : refuse(`a feed frame has a bad header (${z.prettifyError(header.error)})`);
}

/** What a collector says of itself once a second under the topic `c.` (payload codec `json`). */
export const nodeReport = z.object({
  node: z.string(),
  incarnation: z.number(),
  /** where this node answers snapshots, on the host of its feed */
  snapshotPort: z.int(),
  devices: z.int(),
  streaming: z.int(),
  samplesPerSecond: z.number(),
  /** device time to publishing, 95th percentile of the last second; null where nothing came */
  lagMs: z.number().nullable(),
  queuedBatches: z.int(),
  samplesDropped: z.number(),
});
export type NodeReport = z.infer<typeof nodeReport>;

/** Request to the snapshot socket. */
export const snapshotRequest = z.object({ topicPrefix: z.string() });

/** One topic in a snapshot: its dictionary, and the sequence up to which it is complete. */
export interface TopicSnapshot {
  readonly topic: string;
  readonly publisher: string;
  readonly incarnation: number;
  readonly sequence: number;
  /** Of the newest frame; left out by collectors that do not know of epochs. */
  readonly epoch?: number | undefined;
  readonly series: readonly SeriesDefinition[];
}

export interface SnapshotAnswer {
  readonly topics: readonly TopicSnapshot[];
}
