import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { fromElectronPort } from '../../src-main/desktop-port.ts';

/** Electron's port as its documentation describes it: an emitter whose messages are events with `data`. */
class ElectronPort extends EventEmitter {
  readonly sent: unknown[] = [];
  started = false;
  closed = false;

  postMessage(message: unknown) {
    this.sent.push(message);
  }
  start() {
    this.started = true;
  }
  close() {
    this.closed = true;
  }
}

test('an Electron port is served like one of Node', () => {
  const electron = new ElectronPort();
  const port = fromElectronPort(electron);
  const seen: unknown[] = [];
  port.onMessage((data) => seen.push(data));
  port.onClose(() => seen.push('closed'));
  port.start();
  electron.emit('message', { data: 'question', ports: [] });
  port.postMessage('answer');
  electron.emit('close');
  port.close();
  expect(seen).toEqual(['question', 'closed']);
  expect(electron).toMatchObject({ started: true, closed: true, sent: ['answer'] });
});
