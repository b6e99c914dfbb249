import { expect, test } from 'vitest';
import { SessionNews } from '../../../collector-daemon/ingest-worker/session-news.ts';
import {
  initialSessionState,
  type SessionState,
} from '../../../collector-daemon/session/session-state.ts';
import type { EndpointId } from '../../../core/id.ts';

const target = { endpointId: 'e1' as EndpointId, deviceName: 'leaf-01' };

function told(states: readonly [SessionState['name'], string?][]): string[] {
  const news = new SessionNews();
  return states.flatMap(([name, lastError]) => {
    const event = news.of(target, {
      ...initialSessionState(0),
      name,
      lastError: lastError ?? null,
    });
    return event === null ? [] : [`${event.severity}: ${event.detail}`];
  });
}

test('a refused login is told, also after connects that failed for another reason', () => {
  expect(
    told([
      ['backing-off', 'cannot be reached'],
      ['connecting'],
      ['refused', 'refused the login'],
      ['connecting'],
      ['refused', 'refused the login'],
    ]),
  ).toEqual(['warning: cannot be reached', 'error: refused the login']);
});

test('the same reason is told again once it has streamed', () => {
  const states: [SessionState['name'], string?][] = [
    ['backing-off', 'broke'],
    ['backing-off', 'broke'],
    ['streaming'],
    ['backing-off', 'broke'],
  ];
  expect(told(states)).toEqual(['warning: broke', 'info: streaming', 'warning: broke']);
});

test('a target that finds new words each time does not fill the log', () => {
  const states = Array.from({ length: 100 }, (_, at) => ['backing-off', `reason ${at}`] as const);
  expect(told(states.map((state) => [...state]))).toHaveLength(5);
});
