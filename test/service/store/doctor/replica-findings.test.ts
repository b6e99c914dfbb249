import { expect, test } from 'vitest';
import type { ReplicaFacts } from '../../../../service/store/doctor/replica-facts.ts';
import { judgeReplica } from '../../../../service/store/doctor/replica-findings.ts';

const well: ReplicaFacts = {
  identity: { systemId: '71', startedAtMs: 2_000 },
  primaryIdentity: { systemId: '71', startedAtMs: 1_000 },
  standby: true,
  paused: false,
  receiving: true,
  lagMs: 40,
  schemaVersion: 3,
  primarySchemaVersion: 3,
};
const judge = (change: Partial<ReplicaFacts>) =>
  judgeReplica({ ok: true, facts: { ...well, ...change } }, 5_000);

test('a replica that is well is one good finding', () => {
  const good = [{ level: 'ok', about: 'replica', text: 'in recovery, 0.0 s behind' }];
  expect(judge({})).toEqual(good);
  expect(judge({ identity: { ...well.identity, systemId: null } })).toEqual(good);
});

test.each<[Partial<ReplicaFacts>, 'warning' | 'problem', RegExp]>([
  [{ identity: { systemId: '72', startedAtMs: 1 } }, 'problem', /another cluster .*set DATABASE_R/],
  [{ standby: false, identity: well.primaryIdentity }, 'warning', /primary itself.*leave it out/],
  [{ standby: false, receiving: false }, 'problem', /was promoted.*make it a standby anew/],
  [{ paused: true }, 'warning', /pg_wal_replay_resume/],
  [{ receiving: false }, 'warning', /no connection to its primary: check primary_conninfo/],
  [{ lagMs: 5_001 }, 'warning', /5\.0 s behind.*raise DATABASE_REPLICA_MAX_LAG_MS/],
  [{ lagMs: Infinity }, 'warning', /all of history behind/],
  [{ schemaVersion: 2 }, 'problem', /version 2, the primary's at 3: it has to catch up/],
])('%o is judged, with what to do', (change, level, text) => {
  expect(judge(change)).toEqual([
    { level, about: 'replica', text: expect.stringMatching(text) as string },
  ]);
});

test('several troubles are told each, not only the first', () => {
  const troubles = judge({ paused: true, lagMs: 60_000, schemaVersion: 2 });
  expect(troubles.map(({ level }) => level)).toEqual(['warning', 'warning', 'problem']);
});

test('one that cannot be asked is a problem, and where reads go meanwhile is said', () => {
  expect(judgeReplica({ ok: false, problem: 'cannot reach it' }, 5_000)).toEqual([
    {
      level: 'problem',
      about: 'replica',
      text: 'cannot reach it; until then everything is read from the primary',
    },
  ]);
});
