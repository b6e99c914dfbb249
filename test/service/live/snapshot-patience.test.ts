import { expect, test } from 'vitest';
import { SnapshotPatience } from '../../../service/live/snapshot-patience.ts';

const topic = 's.1.0a';

/** Seconds at which is asked, of a frame every 100 ms that nobody can read. */
function asks(patience: SnapshotPatience, fromS: number, untilS: number): number[] {
  const steps = Array.from({ length: (untilS - fromS) * 10 }, (_, at) => fromS + at / 10);
  return steps.filter((second) => patience.ask(topic, second * 1_000));
}

test('while snapshots do not help, they are asked for ever more rarely', () => {
  const patience = new SnapshotPatience();
  expect(asks(patience, 0, 300)).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
  expect(patience.timesAsked(topic)).toBe(10);
});

test('once one helped, the next trouble is asked about soon, but not with each frame', () => {
  const patience = new SnapshotPatience();
  asks(patience, 0, 300);
  patience.helped(topic);
  expect(patience.timesAsked(topic)).toBe(0);
  expect(asks(patience, 300, 304)).toEqual([300, 301, 303]);
  // Every second frame is lost, and the others are read.
  const steps = Array.from({ length: 50 }, (_, at) => 400 + at / 10);
  const asked = steps.filter((second) => {
    const due = patience.ask(topic, second * 1_000);
    patience.helped(topic);
    return due;
  });
  expect(asked).toEqual([400, 401, 402, 403, 404]);
});

test('each topic has its own, and a clock that is set back makes nobody wait', () => {
  const patience = new SnapshotPatience();
  expect(patience.ask('s.1.01', 1_000_000)).toBe(true);
  expect(patience.ask('s.1.02', 1_000_000)).toBe(true);
  expect(patience.ask('s.1.01', 1_000_000)).toBe(false);
  expect(patience.ask('s.1.01', 400_000)).toBe(true);
  patience.forget((one) => one === 's.1.02');
  expect(patience.ask('s.1.02', 1_000_000)).toBe(true);
});
