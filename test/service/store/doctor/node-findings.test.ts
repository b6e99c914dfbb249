import { expect, test } from 'vitest';
import {
  judgeNodes,
  type NodeFacts,
  readNodeFacts,
} from '../../../../service/store/doctor/node-findings.ts';
import { markNodeStopped } from '../../../../service/store/operating/node.ts';
import { enterName } from '../../../../service/store/operating/node-name.ts';
import { testDatabase } from '../../../support/database.ts';

const collector: NodeFacts = {
  name: 'rack-1-collector',
  role: 'collector',
  host: 'rack-1',
  stopped: false,
  silentSeconds: 1,
};
const web: NodeFacts = { ...collector, name: 'rack-1-web', role: 'web' };

function told(nodes: readonly NodeFacts[]): readonly string[] {
  return judgeNodes(nodes).map(({ level, text }) => `${level}: ${text}`);
}

const noCollector =
  'warning: no collector runs, so nothing is collected: start "nocturne collector"';

test.each([
  ['none', [], [noCollector]],
  [
    'two on one host',
    [collector, web],
    ['ok: rack-1-collector (collector on rack-1); rack-1-web (web on rack-1)'],
  ],
  [
    'one of both roles, by an older program',
    [{ ...web, role: 'both', host: null }],
    ['ok: rack-1-web (collector and web)'],
  ],
  [
    'a web node alone',
    [web, { ...collector, stopped: true }],
    ['ok: rack-1-web (web on rack-1)', noCollector],
  ],
  [
    'one that was killed',
    [
      { ...collector, silentSeconds: 600 },
      { ...collector, name: 'b' },
    ],
    [
      'warning: rack-1-collector (collector on rack-1) ended without a word 10 min ago: look at its log, or start it again',
      'ok: b (collector on rack-1)',
    ],
  ],
] as const)('%s', (_what, nodes, findings) => {
  expect(told(nodes)).toEqual(findings);
});

test('what nodes said of themselves is read', async () => {
  await using db = await testDatabase();
  const identity = {
    name: 'a',
    role: 'web',
    version: '0.1.0',
    host: 'rack-2',
    process: 1,
  } as const;
  const incarnation = await enterName(db.pool, identity, null);
  await enterName(db.pool, { ...identity, name: 'b' }, null);
  await markNodeStopped(db.pool, 'a', incarnation!);
  await db.pool.query(`update node set seen_at = seen_at - interval '1 min' where name = 'b'`);
  const facts = await readNodeFacts(db.pool);
  expect(facts).toMatchObject([
    { name: 'a', role: 'web', host: 'rack-2', stopped: true },
    { name: 'b', stopped: false },
  ]);
  expect(Math.round(facts[1]!.silentSeconds)).toBe(60);
});
