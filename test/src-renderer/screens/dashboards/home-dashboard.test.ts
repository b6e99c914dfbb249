import { expect, it } from 'vitest';
import type { Uuid } from '../../../../core/id.ts';
import { homeDashboard } from '../../../../src-renderer/screens/dashboards/home-dashboard.ts';

const listed = (id: string, ...tags: string[]) => ({ id: id as Uuid, tags });
const plain = listed('plain', 'core');
const home = listed('home', 'demo', 'home');

it.each([
  ['the one seen last', [plain, home], 'plain', 'plain'],
  ['the home of the installation where none was seen', [plain, home], null, 'home'],
  ['the home where the one seen last is gone', [plain, home], 'gone', 'home'],
  ['the only one there is', [plain], null, 'plain'],
  ['none where there is a choice', [plain, listed('other')], null, null],
  ['none where there are none', [], 'gone', null],
])('opens %s', (_, dashboards, lastSeen, opened) => {
  expect(homeDashboard(dashboards, lastSeen)).toBe(opened);
});
