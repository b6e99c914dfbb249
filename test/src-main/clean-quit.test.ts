import { EventEmitter, once } from 'node:events';
import { expect, test } from 'vitest';
import { quitCleanly } from '../../src-main/clean-quit.ts';

function program(dispose: () => Promise<void>) {
  const app = Object.assign(new EventEmitter(), {
    exit: (code?: number) => app.emit('exited', code) as unknown as void,
  });
  let giveUp = () => {};
  let waiting = true;
  const exited = once(app, 'exited');
  quitCleanly({
    app,
    dispose,
    timers: {
      after: (_delayMs, run) => {
        giveUp = run;
        return () => (waiting = false);
      },
    },
  });
  const quit = () => {
    let prevented = false;
    app.emit('will-quit', { preventDefault: () => (prevented = true) });
    return prevented;
  };
  return { quit, exited, giveUp: () => giveUp(), isWaiting: () => waiting };
}

test('the program ends after its services', async () => {
  const disposing = Promise.withResolvers<void>();
  let calls = 0;
  const { quit, exited, isWaiting } = program(() => {
    calls += 1;
    return disposing.promise;
  });
  expect(quit()).toBe(true);
  expect(quit()).toBe(true);
  disposing.resolve();
  expect(await exited).toEqual([0]);
  expect({ calls, waiting: isWaiting() }).toEqual({ calls: 1, waiting: false });
});

test('a service that fails to end is told by the exit code', async () => {
  const { quit, exited } = program(() => Promise.reject(new Error('stuck')));
  quit();
  expect(await exited).toEqual([1]);
});

test('a service that hangs does not keep the program', async () => {
  const { quit, exited, giveUp } = program(() => new Promise(() => {}));
  quit();
  giveUp();
  expect(await exited).toEqual([1]);
});
