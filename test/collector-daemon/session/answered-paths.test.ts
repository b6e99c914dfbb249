import { describe, expect, test } from 'vitest';
import { AnsweredPaths } from '../../../collector-daemon/session/answered-paths.ts';
import type { DataTrouble } from '../../../core/telemetry/data-trouble.ts';
import { sampled } from '../../support/collection.ts';
import { pathOf } from '../../support/paths.ts';

const junos = '/junos/system/linecard/optics';
const optics = '/interfaces/interface[name=et-0/0/0]/optics/laser-output-power';
const counter = '/interfaces/interface[name=et-0/0/0]/state/counters/in-octets';

function asked(subscribed: readonly string[], maxLeaves?: number) {
  const told: DataTrouble[] = [];
  const answered = new AnsweredPaths({
    subscriptions: subscribed.map((path) => sampled(path)),
    troubles: { noticed: (trouble) => told.push(trouble) },
    ...(maxLeaves === undefined ? {} : { maxLeaves }),
  });
  /** As the normaliser does. */
  const comes = (text: string, atMs = 1_000): boolean => {
    answered.receivedAt(atMs);
    const stored = answered.wanted(pathOf(text));
    if (!stored) answered.listener.noticed({ kind: 'filtered', path: text, count: 1, atMs });
    return stored;
  };
  return { answered, told, comes };
}

describe('a path that is answered under another', () => {
  test('is stored there, once it is plain that nothing comes under its own', () => {
    const { answered, told, comes } = asked([junos]);
    expect(comes(optics)).toBe(false);
    answered.conclude([]);
    expect(comes(optics)).toBe(true);
    expect(told).toEqual([
      { kind: 'filtered', path: optics, count: 1, atMs: 1_000 },
      {
        kind: 'answered-elsewhere',
        path: junos,
        count: 1,
        atMs: 1_000,
        value: `answered under ${optics}`,
      },
    ]);
  });

  test('is told to be so for as long as it is', () => {
    const { answered, told, comes } = asked([junos]);
    answered.conclude([]);
    comes(optics, 1_000);
    answered.receivedAt(200_000);
    answered.receivedAt(400_000);
    expect(told.map(({ count, atMs }) => [count, atMs])).toEqual([
      [1, 1_000],
      [0, 400_000],
    ]);
  });

  test('takes a root of its own beside others that are answered', () => {
    const { answered, comes } = asked(['/system/state', junos]);
    comes('/system/state/hostname');
    answered.conclude([]);
    expect(comes(optics)).toBe(true);
    // Of the same root as one that is answered: the whole sensor, which nobody asked for.
    expect(comes('/system/processes/process[pid=1]/state/name')).toBe(false);
  });

  test('takes no more leaves than it may', () => {
    const { answered, comes } = asked([junos], 2);
    answered.conclude([]);
    const stored = [0, 1, 2].map((at) => comes(`/interfaces/interface[name=et-${at}]/optics/bias`));
    expect(stored).toEqual([true, true, false]);
  });
});

describe('where nobody can say what belongs to what', () => {
  test('nothing is stored, and it is told which path has no answer while what comes', () => {
    const { answered, told, comes } = asked(['/interfaces/interface/state', junos]);
    comes(counter);
    answered.conclude([]);
    expect(comes(optics)).toBe(false);
    expect(told).toEqual([
      {
        kind: 'unanswered',
        path: junos,
        count: 1,
        atMs: 1_000,
        value: `while this comes: ${optics}`,
      },
    ]);
  });

  test('a path that the target has refused is owed no answer', () => {
    const { answered, told, comes } = asked(['/interfaces/interface/state', junos]);
    comes(counter);
    answered.conclude([junos]);
    expect(comes('/interfaces/interface[name=et-0/0/0]/hold-time/up')).toBe(false);
    expect(told).toMatchObject([{ kind: 'filtered' }]);
  });

  test('an answer that comes late ends it', () => {
    const { answered, told, comes } = asked(['/interfaces/interface/state', junos]);
    answered.conclude([]);
    comes(`${junos}/bias`);
    comes(counter);
    comes(optics);
    expect(told).toMatchObject([{ kind: 'filtered' }]);
  });

  test('what was asked for from the root on has no answer elsewhere', () => {
    const { answered, comes } = asked(['/']);
    answered.conclude([]);
    expect(comes(optics)).toBe(true);
    expect(asked(['/*/state']).comes('/system/config/hostname')).toBe(false);
  });
});
