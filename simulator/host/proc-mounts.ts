/** /proc/mounts (fstab(5) form): device, mount point, type, options. */

const diskTypes = new Set(['btrfs', 'ext2', 'ext3', 'ext4', 'f2fs', 'overlay', 'xfs', 'zfs']);

export interface MountPoint {
  readonly path: string;
  /** Device file, pool or `overlay`. */
  readonly source: string;
}

/**
 * Mount points of file systems that keep data, each file system once, under its shortest path: a bind mount shows the
 * same one again. Overlays count only as the root of a container; elsewhere they are those of other containers.
 */
export function parseMountPoints(text: string): MountPoint[] {
  const bySource = new Map<string, MountPoint>();
  for (const line of text.split('\n')) {
    const [source, point, type] = line.split(' ');
    if (source === undefined || point === undefined || !diskTypes.has(type ?? '')) continue;
    const path = unescape(point);
    if (type === 'overlay' && path !== '/') continue;
    const known = bySource.get(source);
    if (known === undefined || path.length < known.path.length) {
      bySource.set(source, { path, source });
    }
  }
  return [...bySource.values()];
}

/** Octal escapes (`\040`: a space) undone. */
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
