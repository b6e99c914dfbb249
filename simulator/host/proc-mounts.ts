/** /proc/mounts (fstab(5) form): device, mount point, type, options. */

const diskTypes = new Set(['btrfs', 'ext2', 'ext3', 'ext4', 'f2fs', 'overlay', 'xfs', 'zfs']);

/** Mount points of file systems that keep data, each once; octal escapes (`\040`: a space) undone. */
export function parseMountPoints(text: string): string[] {
  const points = text.split('\n').flatMap((line) => {
    const [, point, type] = line.split(' ');
    return point !== undefined && diskTypes.has(type ?? '') ? [unescape(point)] : [];
  });
  return [...new Set(points)];
}

function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
