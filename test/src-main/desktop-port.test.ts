import { EventEmitter } from 'node:events';
import type { MessagePortMain } from 'electron';
import { expect, test } from 'vitest';
import { fromElectronPort } from '../../src-main/desktop-port.ts';

/** Electron's port as its documentation describes it: an emitter whose messages are events with `data`. */
class ElectronPort extends EventEmitter {
  readonly sent: unknown[] = [];
  started = false;
  closed = false;
  readonly tellsOwnClose: boolean;

  constructor({ tellsOwnClose = false } = {}) {
    super();
    this.tellsOwnClose = tellsOwnClose;
  }
  postMessage(message: unknown) {
    if (this.closed) throw new Error('posted to a closed port');
    this.sent.push(message);
  }
  start() {
    this.started = true;
  }
  close() {
    this.closed = true;
    if (this.tellsOwnClose) this.emit('close');
  }
  asMain() {
    return this as unknown as MessagePortMain;
  }
}

test('messages go both ways', () => {
  const electron = new ElectronPort();
  const port = fromElectronPort(electron.asMain());
  const received: unknown[] = [];
  port.addEventListener('message', ({ data }) => received.push(data));
  port.start();
  electron.emit('message', { data: 'question', ports: [] });
  port.postMessage('answer');
  expect(electron).toMatchObject({ started: true, sent: ['answer'] });
  expect(received).toEqual(['question']);
});

test.each([true, false])('closing is told once, own close event or not (%s)', (tellsOwnClose) => {
  const electron = new ElectronPort({ tellsOwnClose });
  const port = fromElectronPort(electron.asMain());
  let closings = 0;
  port.addEventListener('close', () => (closings += 1));
  port.close();
  electron.emit('close');
  expect(closings).toBe(1);
  expect(electron.closed).toBe(true);
});

test('what is answered after the window is gone goes nowhere', () => {
  const electron = new ElectronPort();
  const port = fromElectronPort(electron.asMain());
  electron.emit('close');
  electron.close();
  port.postMessage('too late');
  expect(electron.sent).toEqual([]);
});
