import { describe, expect, it } from 'vitest';
import { panel as panelSchema, type Panel } from '../../../core/dashboard/document.ts';
import {
  formOfPanel,
  hasBuckets,
  offersBuckets,
  parsePanelForm,
  type PanelForm,
} from '../../../src-renderer/screens/dashboards/editor/panel-form.ts';

const selectors = [{ path: '/interfaces/interface/state/counters/in-octets', site: 'fra-1' }];

function panelOf(query: object): Panel {
  return panelSchema.parse({
    id: 'throughput',
    title: 'Throughput',
    kind: 'time-series',
    place: { column: 0, row: 0, columns: 12, rows: 8 },
    query: { selectors, ...query },
    options: { mark: 'stacked', threshold: 5 },
  });
}

const plain = panelOf({ function: 'rate', top: 10 });
const full = panelOf({
  function: 'percentile',
  percentile: 99,
  percentileOf: '5m',
  buckets: { by: 'month', timeZone: 'Europe/Berlin' },
  top: 8,
  other: true,
  groupBy: { by: 'tag', name: 'role' },
  across: 'max',
  fill: 'zero',
  offsetMs: 604_800_000,
});

const changed = (panel: Panel, change: Partial<PanelForm>) =>
  parsePanelForm({ ...formOfPanel(panel), ...change }, panel);

describe('the panel form', () => {
  it.each([
    ['a plain panel', plain],
    ['a panel that asks everything', full],
    ['one number for the whole range', panelOf({ function: 'max', buckets: { by: 'range' } })],
    ['days of the site', panelOf({ function: 'increase', buckets: { by: 'day' } })],
    ['an offset that is no round duration', panelOf({ function: 'avg', offsetMs: 1_500 })],
  ])('gives %s back as it was', (_, panel) => {
    expect(changed(panel, {})).toEqual({ ok: true, value: panel });
  });

  it('writes durations as they are typed', () => {
    expect(formOfPanel(full).earlier).toBe('7d');
    const parsed = changed(plain, { earlier: '1d' });
    expect(parsed.ok && parsed.value.query.offsetMs).toBe(86_400_000);
  });

  it('asks nothing that its fields no longer show', () => {
    const parsed = changed(full, {
      function: 'rate',
      buckets: 'width',
      groupBy: 'nothing',
      top: '',
      earlier: '',
    });
    expect(parsed.ok && parsed.value.query).toEqual({ selectors, function: 'rate' });
    expect(parsed.ok && parsed.value).toMatchObject({ options: { mark: 'stacked', threshold: 5 } });
  });

  it('fills only where there are buckets', () => {
    const form = formOfPanel(plain);
    expect(hasBuckets(form)).toBe(false);
    expect(hasBuckets({ ...form, function: 'avg' })).toBe(true);
    expect(hasBuckets({ ...form, groupBy: 'site' })).toBe(true);
    expect(hasBuckets({ ...form, buckets: 'day' })).toBe(true);
  });

  it.each([
    ['time-series', 'width', false],
    ['time-series', 'range', true],
    ['stat', 'width', true],
    ['top-n', 'day', true],
  ] as const)('offers a %s panel of %s the whole range: %s', (kind, buckets, offered) => {
    const state = { form: { buckets }, draft: { kind } };
    expect(offersBuckets('range', state)).toBe(offered);
    expect(offersBuckets('month', state)).toBe(true);
  });

  it.each<[Partial<PanelForm>, keyof PanelForm, RegExp]>([
    [{ title: '  ' }, 'title', /title/],
    [{ percentile: '101' }, 'percentile', /from 0 to 100/],
    [{ percentile: 'p95' }, 'percentile', /from 0 to 100/],
    [{ percentile: '' }, 'percentile', /from 0 to 100/],
    [{ timeZone: 'Europe/Nowhere' }, 'timeZone', /IANA time zone/],
    [{ top: '0' }, 'top', /1 to 100/],
    [{ top: '2.5' }, 'top', /1 to 100/],
    [{ top: 'ten' }, 'top', /1 to 100/],
    [{ groupName: ' ' }, 'groupName', /which tag/],
    [{ groupBy: 'key', groupName: '' }, 'groupName', /which key/],
    [{ earlier: 'yesterday' }, 'earlier', /such as 1h/],
    [{ earlier: '600000d' }, 'earlier', /such as 1h/],
  ])('refuses %j in one sentence at its field', (change, field, sentence) => {
    const parsed = changed(full, change);
    expect(parsed.ok).toBe(false);
    const problems = parsed.ok ? {} : parsed.problem;
    expect(Object.keys(problems)).toEqual([field]);
    expect(problems[field]).toMatch(sentence);
  });
});
