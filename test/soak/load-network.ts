/** Devices whose every value is known, on real sockets and in real time. */
import { formatPath } from '../../core/telemetry/path.ts';
import {
  expectedCounter,
  LoadModel,
  type LoadOptions,
  roundAt,
} from '../../simulator/load-model.ts';
import { startTarget, type Target } from '../../simulator/target/target.ts';
import { systemTimer } from '../../simulator/timer.ts';

export const intervalMs = 1_000;

export interface LoadDevice {
  readonly name: string;
  readonly target: Target;
  readonly paths: readonly string[];
  /** What the counter at `paths[index]` must have been. */
  valueAt(index: number, atMs: number): number;
}

export interface LoadNetwork extends AsyncDisposable {
  readonly devices: readonly LoadDevice[];
}

export async function startLoadNetwork(count: number): Promise<LoadNetwork> {
  await using stack = new AsyncDisposableStack();
  const originMs = Date.now();
  const devices: LoadDevice[] = [];
  for (let at = 1; at <= count; at += 1) {
    const load: LoadOptions = {
      name: `load-${at}`,
      interfaces: 4,
      countersPerInterface: 5,
      step: BigInt(1_000 * at),
      intervalMs,
      originMs,
    };
    const model = new LoadModel(load);
    const target = stack.use(await startTarget({ model, timer: systemTimer, port: 0 }));
    devices.push({
      name: model.name,
      target,
      paths: model.leaves().map(({ path }) => formatPath(path)),
      valueAt: (index, atMs) => Number(expectedCounter(load, index, roundAt(load, atMs))),
    });
  }
  const running = stack.move();
  return { devices, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
