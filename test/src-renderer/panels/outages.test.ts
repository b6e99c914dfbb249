import { describe, expect, it } from 'vitest';
import {
  gapMarks,
  gapSentences,
  type NamedGap,
} from '../../../src-renderer/panels/time-series/known-gaps.ts';

const gap = (device: string | null, fromMs: number, toMs: number): NamedGap => ({
  device,
  fromMs,
  toMs,
  why: 'the connection was lost',
});

describe('bands of outages', () => {
  const answeredMs = 1_000_000;
  const gaps = [
    gap('leaf-01', 900_000, answeredMs),
    gap('leaf-02', 900_000, answeredMs),
    gap('leaf-03', 0, 20_000),
    gap(null, 5_000, 20_000),
    gap(null, 5_000, 20_000),
  ];
  const redraw = (slidMs: number) => {
    const time = { fromMs: 10_000 + slidMs, toMs: answeredMs + slidMs };
    return gapMarks(gaps, { left: 0, top: 0, width: 400, height: 100, ...time });
  };

  it('are as many after many redraws, each under a key of its own', () => {
    const redraws = Array.from({ length: 20 }, (_, at) => redraw(at * 500));
    for (const marks of redraws) {
      const keys = marks.flatMap(({ bands }) => bands.map(({ key }) => key));
      expect(keys.toSorted()).toEqual(['0 20000', '5000 20000', `900000 ${answeredMs}`]);
      expect(new Set(marks.map((mark) => mark.gaps[0]!.fromMs)).size).toBe(marks.length);
    }
  });

  it('name every device that was down then, and say a sentence once', () => {
    const [before, now] = redraw(0);
    expect(now!.gaps.map(({ device }) => device)).toEqual(['leaf-01', 'leaf-02']);
    expect(gapSentences(before!.gaps, 'utc')).toHaveLength(2);
  });
});
