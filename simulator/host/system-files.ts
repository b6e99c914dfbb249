/** The port to the system's files: reads them, or answers nothing where one is missing. */
import { readdirSync, readFileSync, statfsSync } from 'node:fs';
import type { MountReading } from './host-reading.ts';

/** The few calls to the file system, so that tests can put fixtures in its place. */
export interface SystemFiles {
  /** Null when the file is missing or can't be read. */
  text(path: string): string | null;
  /** Empty when there is no such folder. */
  names(folder: string): readonly string[];
  /** Null when the mount point can't be asked. */
  mount(path: string): FileSystemSize | null;
}

export type FileSystemSize = Omit<MountReading, 'path' | 'disk'>;

export const systemFiles: SystemFiles = {
  text: (path) => orNull(() => readFileSync(path, 'utf8')),
  names: (folder) => orNull(() => readdirSync(folder)) ?? [],
  mount: (path) =>
    orNull(() => {
      const stats = statfsSync(path, { bigint: true });
      return {
        sizeBytes: stats.blocks * stats.bsize,
        availableBytes: stats.bavail * stats.bsize,
        usedBytes: (stats.blocks - stats.bfree) * stats.bsize,
      };
    }),
};

function orNull<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}
