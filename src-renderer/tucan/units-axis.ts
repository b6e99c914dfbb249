/** Labels of a value axis: SI prefixes where the unit takes them, the symbol where it is short. */
export interface UnitsAxis {
  readonly prefix: 'si' | 'iec' | 'none';
  /** Written after every number, for example `%`. */
  readonly suffix: string;
  /** Series below zero are mirrored; their labels have no sign. */
  readonly mirrored?: boolean;
}

/** The channel for `plot.encode('y', …)`. */
export function unitsAxis({ prefix, suffix, mirrored = false }: UnitsAxis) {
  const value = mirrored ? 'abs(datum.value)' : 'datum.value';
  // Prefixes below one (0.8 as 800m) would be read as something else, so small numbers stay as they are.
  const scaled = `(abs(datum.value) < 1 ? format(${value}, '~r') : format(${value}, '~s'))`;
  const number = prefix === 'none' ? `format(${value}, '~r')` : scaled;
  return {
    axis: {
      labelExpr: suffix === '' ? number : `${number} + ${JSON.stringify(suffix)}`,
      minExtent: 38,
    },
  };
}
