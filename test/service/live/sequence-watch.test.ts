import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeedHeader } from '../../../core/telemetry/feed-frame.ts';
import { SequenceWatch } from '../../../service/live/sequence-watch.ts';
import { holds } from '../../support/property.ts';

function header(sequence: number, rest: Partial<FeedHeader> = {}): FeedHeader {
  return {
    v: 1,
    cluster: 'test',
    publisher: 'col-1/0',
    incarnation: 1,
    sequence,
    codec: 'columns-1',
    sentAtMs: 0,
    ...rest,
  };
}

describe('lost frames', () => {
  test('are those missing between two that came', () => {
    const watch = new SequenceWatch();
    const lost = [5, 6, 9, 9, 7, 10].map((sequence) => watch.lostBefore('s.1', header(sequence)));
    expect(lost).toEqual([0, 0, 2, 0, 0, 0]);
  });

  test('are counted by topic and publisher, and not over a restart', () => {
    const watch = new SequenceWatch();
    watch.lostBefore('s.1', header(1));
    expect(watch.lostBefore('s.2', header(9))).toBe(0);
    expect(watch.lostBefore('s.1', header(9, { publisher: 'col-1/1' }))).toBe(0);
    expect(watch.lostBefore('s.1', header(9, { incarnation: 2 }))).toBe(0);
    expect(watch.lostBefore('s.1', header(12, { incarnation: 2 }))).toBe(2);
  });

  test('after unsubscribing, frames are missed on purpose', () => {
    const watch = new SequenceWatch();
    watch.lostBefore('s.1.0a', header(1));
    watch.lostBefore('s.2.0a', header(1));
    watch.forget((topic) => topic.startsWith('s.1.'));
    expect(watch.lostBefore('s.1.0a', header(9))).toBe(0);
    expect(watch.lostBefore('s.2.0a', header(9))).toBe(7);
  });

  test('are exactly the holes of any stream', () => {
    const dropped = fc.array(fc.boolean(), { minLength: 1, maxLength: 50 });
    holds([dropped], (drops) => {
      const watch = new SequenceWatch();
      const came = [1, ...drops.flatMap((gone, at) => (gone ? [] : [at + 2])), drops.length + 2];
      const lost = came.map((sequence) => watch.lostBefore('s.1', header(sequence)));
      expect(lost.reduce((sum, count) => sum + count, 0)).toBe(drops.filter(Boolean).length);
    });
  });
});
