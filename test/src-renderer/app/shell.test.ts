import { describe, expect, it } from 'vitest';
import { readChord, type KeyPress } from '../../../src-renderer/app/key-chords.ts';
import { findItems, type PaletteItem } from '../../../src-renderer/app/palette/palette-items.ts';
import { parseSettings } from '../../../src-renderer/settings/settings.ts';
import { nextSort, sortRows } from '../../../src-renderer/ui/table-sort.ts';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlOrMeta: false,
  alt: false,
  typing: false,
  ...more,
});

describe('keys', () => {
  it('go places in two strokes', () => {
    const { pending } = readChord(null, press('g'));
    expect(readChord(pending, press('v'))).toEqual({
      command: { kind: 'go', key: 'v' },
      pending: null,
    });
  });

  it('leave typing alone, except for the palette', () => {
    expect(readChord(null, press('?', { typing: true })).command).toBeNull();
    expect(readChord(null, press('k', { typing: true, ctrlOrMeta: true })).command).toEqual({
      kind: 'palette',
    });
  });
});

describe('the palette', () => {
  const item = (label: string, group: PaletteItem['group'], detail = ''): PaletteItem => ({
    id: label,
    group,
    label,
    detail,
    run: () => undefined,
  });
  const items = [
    item('spine-01', 'Devices', 'fra-1 · 10.0.0.1'),
    item('leaf-01', 'Devices', 'fra-1 · 10.0.0.2'),
    item('Fabric', 'Dashboards', 'leaf'),
    item('Add a device', 'Actions'),
  ];

  it('finds by every word, in label or detail', () => {
    expect(findItems(items, 'FRA 0.2').map(({ label }) => label)).toEqual(['leaf-01']);
    expect(findItems(items, 'leaf').map(({ label }) => label)).toEqual(['Fabric', 'leaf-01']);
    expect(findItems(items, 'nothing')).toEqual([]);
    expect(findItems(items, '')).toHaveLength(4);
  });
});

describe('settings', () => {
  it('survive what cannot be read, field by field', () => {
    expect(parseSettings('{"theme":"light","zone":"mars"}', 'dark')).toMatchObject({
      theme: 'light',
      zone: 'utc',
    });
    expect(parseSettings('not json', 'light').theme).toBe('light');
    expect(parseSettings(null, 'contrast').theme).toBe('contrast');
  });
});

describe('tables', () => {
  it('sort texts as people count, and nothing last either way', () => {
    const rows = ['leaf-10', null, 'leaf-2'];
    const sorted = (descending: boolean) => sortRows(rows, (row) => row, descending);
    expect(sorted(false)).toEqual(['leaf-2', 'leaf-10', null]);
    expect(sorted(true)).toEqual(['leaf-10', 'leaf-2', null]);
  });

  it('turn round at the second click', () => {
    const once = nextSort({ column: 'name', descending: false }, 'lag');
    expect(once).toEqual({ column: 'lag', descending: false });
    expect(nextSort(once, 'lag').descending).toBe(true);
  });
});
