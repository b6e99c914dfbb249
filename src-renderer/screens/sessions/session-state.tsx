import type { SessionStateName, SessionStatus } from '../../../core/contract/device.ts';
import { SeverityGlyph, type Severity } from '../../ui/severity-glyph.tsx';

const looks: Readonly<Record<SessionStateName, { severity: Severity; word: string }>> = {
  idle: { severity: 'unmanaged', word: 'idle' },
  connecting: { severity: 'indeterminate', word: 'connecting' },
  subscribing: { severity: 'indeterminate', word: 'subscribing' },
  syncing: { severity: 'warning', word: 'syncing' },
  streaming: { severity: 'cleared', word: 'streaming' },
  'backing-off': { severity: 'major', word: 'backing off' },
  refused: { severity: 'critical', word: 'refused' },
  stopped: { severity: 'unmanaged', word: 'stopped' },
};

interface SessionStateProps {
  readonly session: SessionStatus | null;
  /** What is known is no longer current: grey, and said so. */
  readonly stale?: boolean;
}

/** The state of a session in colour, shape, letter and word. */
export function SessionState({ session, stale = false }: SessionStateProps) {
  if (session === null) {
    return (
      <span className="severity-word muted">
        <SeverityGlyph severity="unmanaged" />
        no session
      </span>
    );
  }
  const { severity, word } = looks[session.state];
  return (
    <span className={stale ? 'severity-word muted' : 'severity-word'}>
      <SeverityGlyph severity={stale ? 'unmanaged' : severity} />
      {stale ? `was ${word}` : word}
    </span>
  );
}

/** For sorting: what needs attention first. */
export function urgencyOf(session: SessionStatus | null): number {
  const order: readonly SessionStateName[] = [
    'refused',
    'backing-off',
    'stopped',
    'idle',
    'connecting',
    'subscribing',
    'syncing',
    'streaming',
  ];
  return session === null ? 3.5 : order.indexOf(session.state);
}

/** Of several sessions the one that needs attention first; those that ended count only where no other does. */
export function mostUrgent(sessions: readonly (SessionStatus | null)[]): SessionStatus | null {
  const known = sessions.filter((session) => session !== null);
  const held = known.filter(({ state }) => state !== 'stopped');
  const [first = null] = (held.length === 0 ? known : held).toSorted(
    (left, right) => urgencyOf(left) - urgencyOf(right),
  );
  return first;
}
