/** Judges the work in the background that storage depends on. No I/O. */
import { type StorageHealth, storageTroubles } from '../storage/storage-health.ts';
import type { Finding } from './finding.ts';

const about = 'background';

/** The collector's jobs that failed are told with all others it has, by node (`job-findings.ts`). */
export function judgeBackground(health: StorageHealth): readonly Finding[] {
  const work = health.work.filter(({ by, state }) => by === 'database' || state.kind !== 'failing');
  const troubles = storageTroubles({ ...health, work });
  if (troubles.length > 0) {
    return troubles.map(({ level, sentence }) => ({ level, about, text: sentence }));
  }
  const waiting = work.filter(({ state }) => state.kind === 'new').map(({ name }) => name);
  if (waiting.length > 0) {
    const text = `not yet run: ${waiting.join(', ')}; look again when a collector has run for some minutes`;
    return [{ level: 'hint', about, text }];
  }
  return [{ level: 'ok', about, text: `all is done when it should be: ${names(health)}` }];
}

function names({ work }: StorageHealth): string {
  return work.map(({ name }) => name).join(', ');
}
