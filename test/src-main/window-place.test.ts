import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readWindowPlaces, writeWindowPlaces } from '../../src-main/window-place-file.ts';
import {
  fitWindowPlace,
  parseWindowPlaces,
  type Rectangle,
  type WindowPlace,
} from '../../src-main/window-place.ts';

const left: Rectangle = { x: 0, y: 0, width: 1_920, height: 1_080 };
const right: Rectangle = { x: 1_920, y: 0, width: 2_560, height: 1_440 };

function place(bounds: Rectangle, rest: Partial<WindowPlace> = {}): WindowPlace {
  return { bounds, maximized: false, fullScreen: false, path: '/console/devices', ...rest };
}

describe('where a window comes back', () => {
  test.each<[name: string, before: Rectangle, displays: Rectangle[], after: Rectangle]>([
    [
      'where it stood',
      { x: 2_000, y: 100, width: 1_200, height: 800 },
      [left, right],
      { x: 2_000, y: 100, width: 1_200, height: 800 },
    ],
    [
      'half across two displays',
      { x: 1_500, y: 100, width: 1_000, height: 800 },
      [left, right],
      { x: 1_500, y: 100, width: 1_000, height: 800 },
    ],
    [
      'in the middle of the first display when its own is gone',
      { x: 2_000, y: 100, width: 1_200, height: 800 },
      [left],
      { x: 360, y: 140, width: 1_200, height: 800 },
    ],
    [
      'in the middle when its title bar is above every display',
      { x: 100, y: -60, width: 1_200, height: 800 },
      [left],
      { x: 360, y: 140, width: 1_200, height: 800 },
    ],
    [
      'no larger than the display',
      { x: 0, y: 0, width: 5_000, height: 4_000 },
      [left],
      { x: 0, y: 0, width: 1_920, height: 1_080 },
    ],
    [
      'no smaller than can be used',
      { x: 10, y: 10, width: 3, height: 3 },
      [left],
      { x: 10, y: 10, width: 640, height: 480 },
    ],
  ])('%s', (_name, before, displays, after) => {
    expect(fitWindowPlace(place(before), displays).bounds).toEqual(after);
  });

  test('a first window stands in the middle', () => {
    expect(fitWindowPlace(null, [left])).toEqual({
      bounds: { x: 240, y: 90, width: 1_440, height: 900 },
      maximized: false,
      fullScreen: false,
      path: '/console/',
    });
  });

  test.each(['https://evil.example', '/console/../../etc', '@evil.example/console/', '/elsewhere'])(
    'a remembered path that is none of the console starts at the beginning: %s',
    (text) => {
      expect(fitWindowPlace(place(left, { path: text }), [left]).path).toBe('/console/');
    },
  );

  test('can always be seen and held', () => {
    const side = fc.integer({ min: 1, max: 8_000 });
    const at = fc.integer({ min: -8_000, max: 8_000 });
    const bounds = fc.record({ x: at, y: at, width: side, height: side });
    fc.assert(
      fc.property(bounds, (before) => {
        const after = fitWindowPlace(place(before), [left, right]).bounds;
        const holders = [left, right].filter(
          (display) =>
            after.x < display.x + display.width &&
            after.x + after.width > display.x &&
            after.y >= display.y &&
            after.y < display.y + display.height,
        );
        expect(holders).not.toEqual([]);
      }),
    );
  });
});

describe('the remembered windows', () => {
  const two = [place(left), place(right, { maximized: true })];

  test('come back from their file', async () => {
    await using folder = await temporaryFolder();
    writeWindowPlaces(folder.path, two);
    expect(readWindowPlaces(folder.path)).toEqual(two);
  });

  test('a file that is not there, or cannot be written, is no reason to fail', () => {
    writeWindowPlaces('/nonexistent/folder', two);
    expect(readWindowPlaces('/nonexistent/folder')).toEqual([]);
  });

  test('half a file counts as none', async () => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, 'windows.json'), JSON.stringify(two).slice(0, 40));
    expect(readWindowPlaces(folder.path)).toEqual([]);
  });

  test.each(['', 'null', '{}', '[1]', '[{"bounds":{"x":1e99}}]', `[${'[],'.repeat(50)}[]]`])(
    'nonsense counts as none: %s',
    (text) => expect(parseWindowPlaces(text)).toEqual([]),
  );
});

async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nocturne-windows-'));
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}
