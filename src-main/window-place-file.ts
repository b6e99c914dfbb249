/** The remembered windows, in `windows.json` in the folder of the person's data. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseWindowPlaces, type WindowPlace } from './window-place.ts';

const fileName = 'windows.json';

export function readWindowPlaces(dataDir: string): readonly WindowPlace[] {
  try {
    return parseWindowPlaces(readFileSync(path.join(dataDir, fileName), 'utf8'));
  } catch {
    return [];
  }
}

/** Written whole, then renamed: a crash leaves the file before. Not being able to remember is no reason to fail. */
export function writeWindowPlaces(dataDir: string, places: readonly WindowPlace[]): void {
  const file = path.join(dataDir, fileName);
  try {
    writeFileSync(`${file}.new`, JSON.stringify(places, null, 2));
    renameSync(`${file}.new`, file);
  } catch {}
}
