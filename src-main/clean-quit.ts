/** Ends the program only after its services have ended: sockets closed, queries cancelled, connections given back. */
import type { App } from 'electron';
import type { Timers } from '../core/time.ts';

export interface CleanQuit {
  readonly app: Pick<App, 'exit'> & {
    on(event: 'will-quit', listener: (event: { preventDefault(): void }) => void): unknown;
  };
  readonly dispose: () => Promise<void>;
  readonly timers: Timers;
}

/** A service that hangs must not keep a window-less program alive. */
const patienceMs = 5_000;

export function quitCleanly({ app, dispose, timers }: CleanQuit): void {
  let ending = false;
  app.on('will-quit', (event) => {
    event.preventDefault();
    if (ending) return;
    ending = true;
    const stopWaiting = timers.after(patienceMs, () => app.exit(1));
    void end(dispose).then((code) => {
      stopWaiting();
      return app.exit(code);
    });
  });
}

async function end(dispose: () => Promise<void>): Promise<0 | 1> {
  try {
    await dispose();
    return 0;
  } catch {
    return 1;
  }
}
