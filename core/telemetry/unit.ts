/**
 * The closed list of units, as UCUM codes (ucum.org), each with how it is shown and averaged. Octets are stored and
 * bits are shown; dBm are averaged in milliwatts.
 */
export interface UnitFacts {
  readonly dimension: string;
  /** The unit on screen for a plain value. */
  readonly symbol: string;
  /** The unit on screen for a rate per second. */
  readonly rateSymbol: string;
  /** Stored value × factor = value on screen (10⁶ for megabytes → bytes). */
  readonly factor: number;
  /** Stored value × factor = value on screen when shown as a rate (8 for octets → bits). */
  readonly rateFactor: number;
  /** `si`: k, M, G by 1000; `iec`: Ki, Mi, Gi by 1024; `none`: never scaled. */
  readonly prefix: 'si' | 'iec' | 'none';
  readonly average: 'arithmetic' | 'milliwatt';
}

function facts(
  dimension: string,
  symbol: string,
  rateSymbol: string,
  rest: Partial<UnitFacts> = {},
): UnitFacts {
  return {
    dimension,
    symbol,
    rateSymbol,
    factor: 1,
    rateFactor: 1,
    prefix: 'none',
    average: 'arithmetic',
    ...rest,
  };
}

export const units = {
  '1': facts('number', '', '/s', { prefix: 'si' }),
  By: facts('information', 'B', 'b/s', { rateFactor: 8, prefix: 'si' }),
  // What disks move and hold is counted in bytes by everyone; only networks speak of bits.
  'By{disk}': facts('information', 'B', 'B/s', { prefix: 'si' }),
  MBy: facts('information', 'B', 'B/s', { factor: 1e6, rateFactor: 1e6, prefix: 'si' }),
  'bit/s': facts('bandwidth', 'b/s', 'b/s²', { prefix: 'si' }),
  'kbit/s': facts('bandwidth', 'kb/s', 'kb/s²'),
  'By/s': facts('data rate', 'B/s', 'B/s²', { prefix: 'si' }),
  '{packet}/s': facts('packet rate', 'p/s', 'p/s²', { prefix: 'si' }),
  '{packet}': facts('packets', 'packets', 'p/s', { prefix: 'si' }),
  '{error}': facts('errors', 'errors', '/s', { prefix: 'si' }),
  '%': facts('ratio', '%', '%/s'),
  Cel: facts('temperature', '°C', '°C/s'),
  dB: facts('level', 'dB', 'dB/s'),
  'dB[mW]': facts('power level', 'dBm', 'dB/s', { average: 'milliwatt' }),
  V: facts('voltage', 'V', 'V/s', { prefix: 'si' }),
  A: facts('current', 'A', 'A/s', { prefix: 'si' }),
  mA: facts('current', 'mA', 'mA/s'),
  W: facts('power', 'W', 'W/s', { prefix: 'si' }),
  s: facts('time', 's', 's/s', { prefix: 'none' }),
  ms: facts('time', 'ms', 'ms/s'),
  us: facts('time', 'µs', 'µs/s'),
  ns: facts('time', 'ns', 'ns/s'),
  Hz: facts('frequency', 'Hz', 'Hz/s', { prefix: 'si' }),
  MHz: facts('frequency', 'MHz', 'MHz/s'),
  '{rev}/min': facts('rotation', 'rpm', 'rpm/s'),
} satisfies Record<string, UnitFacts>;

export type Unit = keyof typeof units;

/** How many of the smallest of its dimension; what counts nothing else, or is not known, counts as one. */
const scales: Partial<Record<Unit, readonly [dimension: string, scale: number]>> = {
  '1': ['number', 1],
  '{packet}': ['number', 1],
  '{error}': ['number', 1],
  By: ['By', 1],
  'By{disk}': ['By', 1],
  MBy: ['By', 1e6],
  'bit/s': ['bit/s', 1],
  'kbit/s': ['bit/s', 1e3],
  mA: ['A', 1],
  A: ['A', 1e3],
  ns: ['s', 1],
  us: ['s', 1e3],
  ms: ['s', 1e6],
  s: ['s', 1e9],
  Hz: ['Hz', 1],
  MHz: ['Hz', 1e6],
};

/** What a value in one unit is to be multiplied by to be one in the other; null where they measure different things. */
export function conversion(from: Unit, to: Unit): number | null {
  // Of a number without a unit nothing was known yet.
  if (from === to || from === '1' || to === '1') return 1;
  const [left, right] = [scales[from], scales[to]];
  return left !== undefined && left[0] === right?.[0] ? left[1] / right[1] : null;
}

export const unitCodes = Object.keys(units) as [Unit, ...Unit[]];
