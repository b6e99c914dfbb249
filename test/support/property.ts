/** Property tests with a fixed seed, so that a run can be repeated exactly. `PROPERTY_SEED` tries another one. */
import * as fc from 'fast-check';

const seed = Number(process.env['PROPERTY_SEED'] ?? 20_261_121);

export function holds<Values extends [unknown, ...unknown[]]>(
  arbitraries: { [At in keyof Values]: fc.Arbitrary<Values[At]> },
  check: (...values: Values) => void,
  numRuns = 200,
): void {
  fc.assert(fc.property(...arbitraries, check), { seed, numRuns });
}
