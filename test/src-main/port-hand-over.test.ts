import { EventEmitter } from 'node:events';
import type { IpcMain, MessagePortMain } from 'electron';
import { describe, expect, test } from 'vitest';
import type { DesktopPort } from '../../src-main/desktop-port.ts';
import { handOverPorts, isTrustedSender } from '../../src-main/port-hand-over.ts';
import { portMessage as knownToMain } from '../../src-main/port-message.ts';
import { portMessage as knownToRenderer } from '../../src-renderer/api/desktop-connection.ts';

const own = 'app://nocturne/console/';

test.each([
  [{ url: own, parent: null }, true],
  [{ url: `${own}devices?range=15m`, parent: null }, true],
  [{ url: own, parent: {} }, false],
  [{ url: 'https://evil.example/console/', parent: null }, false],
  [{ url: 'app://evil/console/', parent: null }, false],
  [{ url: 'file:///console/', parent: null }, false],
  [{ url: '', parent: null }, false],
  [null, false],
])('sender %o is trusted: %s', (frame, trusted) => {
  expect(isTrustedSender(frame)).toBe(trusted);
});

test('both ends of the window call the message by the same name', () => {
  expect(knownToMain).toBe(knownToRenderer);
});

describe('asking for a port', () => {
  function shell() {
    const ipc = new EventEmitter();
    const served: DesktopPort[] = [];
    const channels: { port1: MessagePortMain; port2: MessagePortMain }[] = [];
    handOverPorts({
      ipcMain: ipc as unknown as IpcMain,
      makeChannel: () => {
        const end = () => new EventEmitter() as unknown as MessagePortMain;
        channels.push({ port1: end(), port2: end() });
        return channels.at(-1)!;
      },
      serve: (port) => served.push(port),
    });
    const ask = (url: string) => {
      const posted: unknown[][] = [];
      const frame = { url, parent: null, postMessage: (...what: unknown[]) => posted.push(what) };
      ipc.emit('nocturne:connect', { senderFrame: frame });
      return posted;
    };
    return { ask, served, channels };
  }

  test('every window gets a port of its own', () => {
    const { ask, served, channels } = shell();
    expect(ask(own)).toEqual([['nocturne:port', null, [channels[0]!.port2]]]);
    expect(ask(own)).toEqual([['nocturne:port', null, [channels[1]!.port2]]]);
    expect(served).toHaveLength(2);
  });

  test('a stranger gets none', () => {
    const { ask, served } = shell();
    expect(ask('https://evil.example/console/')).toEqual([]);
    expect(served).toEqual([]);
  });
});
