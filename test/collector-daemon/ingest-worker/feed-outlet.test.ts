import { describe, expect, test } from 'vitest';
import { FeedOutlet } from '../../../collector-daemon/ingest-worker/feed-outlet.ts';
import type { FeedPart } from '../../../collector-daemon/ingest-worker/worker-protocol.ts';
import { leafOne } from '../../support/collection.ts';
import { seriesDefinition } from '../../support/sample-batch.ts';

const credits = 16;
const waiting = 64;

function part(number: number): FeedPart {
  return {
    topic: `s.${number}`,
    codec: 'columns-1',
    payload: Uint8Array.of(number),
    introduced: [seriesDefinition(number, leafOne, `/a[k=${number}]`)],
    origin: { epoch: number, receivedFromMs: number, receivedToMs: number },
  };
}

function outlet() {
  const sent: (readonly FeedPart[])[] = [];
  let dropped = 0;
  const out = new FeedOutlet(
    (parts) => sent.push(parts),
    (frames) => (dropped += frames),
  );
  return { out, sent, dropped: () => dropped };
}

function offer(out: FeedOutlet, from: number, count: number): void {
  for (let number = from; number < from + count; number += 1) out.offer([part(number)]);
}

describe('handing frames to the main thread', () => {
  test('without a credit nothing is handed over; each credit hands over one bundle', () => {
    const { out, sent } = outlet();
    offer(out, 0, credits + 2);
    expect(sent).toHaveLength(credits);
    out.credit();
    expect(sent).toHaveLength(credits + 1);
    out.credit();
    out.credit();
    offer(out, 90, 2);
    expect(sent.map(([first]) => first!.topic).slice(credits)).toEqual(['s.16', 's.17', 's.90']);
  });

  test('beyond its bound the oldest lose their payload, and nothing else', () => {
    const { out, sent, dropped } = outlet();
    const late = 10;
    offer(out, 0, credits + waiting + late);
    expect(dropped()).toBe(late + 1);
    for (let number = 0; number < waiting; number += 1) out.credit();
    const parts = sent.flat();
    expect(parts.map(({ topic }) => topic)).toEqual(
      Array.from({ length: credits + waiting + late }, (_, number) => `s.${number}`),
    );
    const empty = parts.filter(({ payload }) => payload === null);
    expect(empty.map(({ topic }) => topic)).toEqual(
      Array.from({ length: late + 1 }, (_, number) => `s.${credits + number}`),
    );
    expect(parts.every(({ introduced }) => introduced.length === 1)).toBe(true);
    expect(parts.map(({ origin }) => origin?.epoch)).toEqual([...parts.keys()]);
  });
});
