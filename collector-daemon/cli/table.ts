/** Columns of text, as wide as their widest cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  // A control character in a device's text must not reach the terminal.
  const safe = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll(/\p{Cc}/gu, '�')));
  const widths = head.map((_, column) => Math.max(...safe.map((row) => row[column]!.length)));
  return safe
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
