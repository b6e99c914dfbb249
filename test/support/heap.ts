/** How much of the heap something keeps, for tests of what is done for hours. */
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes in use once all is collected that can be. */
export async function heapBytes(): Promise<number> {
  // What weak references and finalisers hold goes with a later collection.
  for (let round = 0; round < 5; round += 1) {
    await turn();
    collect();
  }
  return process.memoryUsage().heapUsed;
}

/** Bytes that each further run keeps; the first runs, which also warm caches up, are not counted. */
export async function bytesKept(runs: number, run: () => Promise<void>): Promise<number> {
  for (let at = 0; at < runs / 4; at += 1) await run();
  const before = await heapBytes();
  for (let at = 0; at < runs; at += 1) await run();
  return ((await heapBytes()) - before) / runs;
}
