import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  advanceSession,
  initialSessionState,
  type SessionEvent,
  type SessionState,
  stableAfterMs,
} from '../../../collector-daemon/session/session-state.ts';
import type { TargetFacts } from '../../../collector-daemon/session/target-facts.ts';
import { type SessionStateName, sessionStates } from '../../../core/contract/device.ts';
import { holds } from '../../support/property.ts';

const unknownTarget: TargetFacts = {
  protocol: 'gnmi',
  gnmiVersion: '',
  encodings: [],
  models: 0,
};

const events = {
  start: { kind: 'start' },
  connected: { kind: 'connected', target: unknownTarget },
  heard: { kind: 'heard' },
  synced: { kind: 'synced' },
  settled: { kind: 'settled' },
  passing: { kind: 'failed', class: 'transient', sentence: 'leaf-01 ended the stream' },
  lasting: { kind: 'failed', class: 'permanent', sentence: 'leaf-01 refused the login' },
  retry: { kind: 'retry-due' },
  stop: { kind: 'stop' },
} as const satisfies Record<string, SessionEvent>;

type EventName = keyof typeof events;

/** State × event → next state and commands; what is not listed is ignored. */
const moves: Record<SessionStateName, Partial<Record<EventName, string>>> = {
  idle: { start: 'connecting: connect', stop: 'stopped: close' },
  connecting: {
    connected: 'subscribing: subscribe',
    passing: 'backing-off: close wait',
    lasting: 'refused: close wait',
    stop: 'stopped: close',
  },
  subscribing: {
    heard: 'syncing:',
    synced: 'streaming:',
    passing: 'backing-off: close wait',
    lasting: 'refused: close wait',
    stop: 'stopped: close',
  },
  syncing: {
    synced: 'streaming:',
    settled: 'streaming:',
    passing: 'backing-off: close mark-gap wait',
    lasting: 'refused: close mark-gap wait',
    stop: 'stopped: close',
  },
  streaming: {
    passing: 'backing-off: close mark-gap wait',
    lasting: 'refused: close mark-gap wait',
    stop: 'stopped: close',
  },
  'backing-off': { retry: 'connecting: connect', stop: 'stopped: close' },
  refused: { retry: 'connecting: connect', stop: 'stopped: close' },
  stopped: {},
};

const table = sessionStates.flatMap((name) =>
  (Object.keys(events) as EventName[]).map((event) => ({
    name,
    event,
    expected: moves[name][event] ?? 'ignored',
  })),
);

function inState(name: SessionStateName): SessionState {
  return { ...initialSessionState(0), name };
}

describe('the life of a session', () => {
  test.each(table)('$name, $event: $expected', ({ name, event, expected }) => {
    const before = inState(name);
    const { state, commands } = advanceSession(before, events[event], 5);
    const outcome = `${state.name}: ${commands.map(({ kind }) => kind).join(' ')}`.trim();
    expect(state === before ? 'ignored' : outcome).toBe(expected);
    expect(state.sinceMs).toBe(state === before ? 0 : 5);
  });

  test('a failure is kept with its sentence and time, and the facts of the target survive it', () => {
    const target = { ...unknownTarget, gnmiVersion: '0.10.0', encodings: ['PROTO'], models: 3 };
    const { state: subscribing } = advanceSession(
      inState('connecting'),
      { kind: 'connected', target },
      1,
    );
    const { state } = advanceSession(subscribing, events.passing, 2);
    expect(state).toMatchObject({
      target,
      failures: 1,
      lastError: 'leaf-01 ended the stream',
      lastErrorAtMs: 2,
    });
  });

  test('waits count up until a session held, and then start anew', () => {
    const waits: number[] = [];
    let state = inState('connecting');
    const fail = (nowMs: number) => {
      const next = advanceSession(state, events.passing, nowMs);
      for (const command of next.commands) if (command.kind === 'wait') waits.push(command.attempt);
      state = advanceSession(next.state, events.retry, nowMs).state;
    };
    const stream = (nowMs: number) => {
      for (const event of [events.connected, events.synced]) {
        state = advanceSession(state, event, nowMs).state;
      }
    };
    fail(1);
    fail(2);
    stream(3);
    fail(3 + stableAfterMs - 1);
    stream(50_000);
    fail(50_000 + stableAfterMs);
    expect(waits).toEqual([1, 2, 3, 1]);
    expect(state.connects).toBe(2);
  });
});

describe('whatever happens', () => {
  const anyEvents = fc.array(fc.constantFrom<SessionEvent[]>(...Object.values(events)), {
    maxLength: 60,
  });

  function run(happening: readonly SessionEvent[]) {
    let state = initialSessionState(0);
    return happening.map((event, at) => {
      const next = advanceSession(state, event, at * 20_000);
      state = next.state;
      return next;
    });
  }

  test('two connects always have a close between them, and every subscribe a connect before it', () => {
    const orderly = /^(close )*(connect (subscribe )?(close )+)*(connect (subscribe )?)?$/;
    holds([anyEvents], (happening) => {
      const kinds = run(happening).flatMap(({ commands }) => commands.map(({ kind }) => kind));
      const channel = kinds.filter((kind) => kind !== 'wait' && kind !== 'mark-gap');
      expect(channel.map((kind) => `${kind} `).join('')).toMatch(orderly);
    });
  });

  test('nothing happens after a stop', () => {
    holds([anyEvents, anyEvents], (before, after) => {
      const [stopped, ...rest] = run([...before, events.stop, ...after]).slice(before.length);
      expect(stopped!.state.name).toBe('stopped');
      expect(
        rest.every(({ state, commands }) => state === stopped!.state && commands.length === 0),
      ).toBe(true);
    });
  });

  test('a gap is marked exactly when something had been heard', () => {
    holds([anyEvents], (happening) => {
      let before = initialSessionState(0);
      for (const { state, commands } of run(happening)) {
        const marked = commands.some(({ kind }) => kind === 'mark-gap');
        const broke = state.name === 'backing-off' || state.name === 'refused';
        const heard = before.name === 'syncing' || before.name === 'streaming';
        expect(marked).toBe(heard && broke);
        before = state;
      }
    });
  });
});
