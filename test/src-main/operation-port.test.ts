import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { DesktopPort } from '../../src-main/desktop-port.ts';
import { OperationPort } from '../../src-main/operation-port.ts';

/** @param tellsOwnClose Node's port says `close` after its own end was closed; Electron's need not. */
function desktopPort({ tellsOwnClose = false } = {}) {
  const emitter = new EventEmitter();
  const sent: unknown[] = [];
  const tell = (event: 'message' | 'close', data?: unknown) => emitter.emit(event, data);
  const port: DesktopPort = {
    onMessage: (listener) => emitter.on('message', listener),
    onClose: (listener) => emitter.on('close', listener),
    postMessage: (message) => sent.push(message),
    start: () => {},
    close: () => tellsOwnClose && tell('close'),
  };
  return { port, sent, tell };
}

describe('closing', () => {
  test.each([true, false])('is told once, own close event or not (%s)', (tellsOwnClose) => {
    const window = desktopPort({ tellsOwnClose });
    const port = new OperationPort(window.port);
    let closings = 0;
    port.on('close', () => (closings += 1));
    port.close();
    expect(closings).toBe(1);
    window.tell('close');
    expect(closings).toBe(1);
  });

  test('what is answered after the window is gone goes nowhere', () => {
    const window = desktopPort();
    const port = new OperationPort(window.port);
    window.tell('close');
    port.postMessage('too late');
    expect(window.sent).toEqual([]);
  });
});

describe('messages', () => {
  function received(data: unknown): unknown[] {
    const window = desktopPort();
    const port = new OperationPort(window.port);
    const seen: unknown[] = [];
    port.on('message', (event) => seen.push(event?.data));
    window.tell('message', data);
    return seen;
  }

  test.each([
    { i: '1', p: { u: '/device/list', b: { json: {} } } },
    { i: '1', p: { u: '/device/list', h: { 'last-event-id': '7' }, m: 'GET' } },
    { i: '1', t: 3, p: { e: 'message', d: { json: 1 } } },
    { i: '1', t: 4 },
  ])('a peer message passes: %j', (message) => {
    expect(received(JSON.stringify(message))).toEqual([message]);
  });

  test.each([
    '',
    'hello',
    'null',
    '[]',
    '{}',
    '{"i":"1"}',
    '{"i":"1","p":null}',
    '{"i":"1","p":{"u":7}}',
    '{"i":"1","p":{"u":"https://evil.example/"}}',
    '{"i":"1","p":{"u":"/device/list","h":"x"}}',
    '{"i":{},"p":{"u":"/device/list"}}',
    '{"i":"1","t":9,"p":{"u":"/device/list"}}',
    '{"i":"1","t":3,"p":null}',
    7,
    null,
    undefined,
    new Uint8Array([255]),
    { i: '1', p: { u: '/device/list' } },
  ])('anything else is dropped: %j', (data) => {
    expect(received(data)).toEqual([]);
  });
});
