/** The order in which rows are copied: by series id, so that neighbours in the index are written one after another. */

/**
 * Indices of the rows whose id is not 0, by series id; rows of one series stay in the order they arrived in, which is
 * that of their times. Counted rather than compared: linear in the rows.
 * @param series refs, small and dense as a worker hands them out
 * @param seriesIds the id of each row's series, 0 for a row to leave out
 */
export function rowOrder(series: Uint32Array, seriesIds: Float64Array): Uint32Array {
  const { counts, idOfRef } = countRows(series, seriesIds);
  const present: number[] = [];
  for (let ref = 0; ref < counts.length; ref += 1) if (counts[ref]! > 0) present.push(ref);
  // Refs mostly come in the order of their ids already: then this finds nothing to do.
  present.sort((left, right) => idOfRef[left]! - idOfRef[right]!);
  const next = new Uint32Array(counts.length);
  let rows = 0;
  for (const ref of present) {
    next[ref] = rows;
    rows += counts[ref]!;
  }
  const order = new Uint32Array(rows);
  for (let row = 0; row < series.length; row += 1) {
    if (seriesIds[row] === 0) continue;
    const ref = series[row]!;
    order[next[ref]!] = row;
    next[ref]! += 1;
  }
  return order;
}

function countRows(series: Uint32Array, seriesIds: Float64Array) {
  let maxRef = -1;
  for (let row = 0; row < series.length; row += 1) {
    // A ref that nobody handed out, and so could be any number, has no id.
    if (seriesIds[row] !== 0 && series[row]! > maxRef) maxRef = series[row]!;
  }
  const counts = new Uint32Array(maxRef + 1);
  const idOfRef = new Float64Array(maxRef + 1);
  for (let row = 0; row < series.length; row += 1) {
    if (seriesIds[row] === 0) continue;
    const ref = series[row]!;
    counts[ref]! += 1;
    idOfRef[ref] = seriesIds[row]!;
  }
  return { counts, idOfRef };
}
