import { EventEmitter } from 'node:events';
import type { WebContents } from 'electron';
import { describe, expect, test } from 'vitest';
import { lockNavigation } from '../../src-main/navigation-lock.ts';
import { decideOpening, mayNavigate } from '../../src-main/navigation-rules.ts';

const corpus: readonly [url: string, stays: boolean, opening: string][] = [
  ['app://nocturne/console/', true, 'window'],
  ['app://nocturne/console', true, 'window'],
  ['app://nocturne/console/devices?range=15m', true, 'window'],
  ['APP://nocturne/console/', true, 'window'],
  ['app://nocturne/', false, 'refused'],
  ['app://nocturne/consolation/', false, 'refused'],
  ['app://nocturne.example/console/', false, 'refused'],
  ['app://evil@nocturne/console/', false, 'refused'],
  ['app://nocturne:1/console/', false, 'refused'],
  ['https://docs.example/gnmi', false, 'external'],
  ['https://nocturne/console/', false, 'external'],
  ['https://bank.example@evil.example/', false, 'refused'],
  ['http://docs.example/', false, 'refused'],
  ['file:///etc/passwd', false, 'refused'],
  ['smb://host/share', false, 'refused'],
  ['javascript:alert(1)', false, 'refused'],
  ['data:text/html,<script>alert(1)</script>', false, 'refused'],
  ['blob:app://nocturne/0190', false, 'refused'],
  ['about:blank', false, 'refused'],
  ['chrome://gpu', false, 'refused'],
  ['devtools://devtools/', false, 'refused'],
  ['ms-msdt:/id', false, 'refused'],
  ['nocturne://dashboard/1', false, 'refused'],
  ['https://', false, 'refused'],
  ['//evil.example', false, 'refused'],
  ['', false, 'refused'],
];

describe('where a window may go', () => {
  test.each(corpus)('%s', (url, stays, opening) => {
    expect(mayNavigate(url)).toBe(stays);
    expect(decideOpening(url).kind).toBe(opening);
  });
});

/** The events and the handler that the lock uses, without a browser behind them. */
function contents() {
  const emitter = new EventEmitter();
  let open: ((details: { url: string }) => unknown) | undefined;
  const fake = Object.assign(emitter, {
    setWindowOpenHandler: (handler: typeof open) => {
      open = handler;
    },
  });
  const prevented = (event: string, details: object) => {
    let stopped = false;
    emitter.emit(event, { ...details, preventDefault: () => (stopped = true) });
    return stopped;
  };
  return {
    contents: fake as unknown as WebContents,
    prevented,
    open: (url: string) => open?.({ url }),
  };
}

describe('the lock on a window', () => {
  const opened: string[] = [];
  const page = contents();
  lockNavigation(page.contents, {
    openWindow: (path) => opened.push(`window ${path}`),
    openExternal: (url) => opened.push(`external ${url}`),
  });

  test.each(corpus)('navigating to %s', (url, stays) => {
    expect(page.prevented('will-frame-navigate', { url, isMainFrame: true })).toBe(!stays);
    expect(page.prevented('will-redirect', { url })).toBe(!stays);
  });

  test('no page within the page, no webview', () => {
    const url = 'app://nocturne/console/';
    expect(page.prevented('will-frame-navigate', { url, isMainFrame: false })).toBe(true);
    expect(page.prevented('will-attach-webview', {})).toBe(true);
  });

  test('the window never opens another by itself', () => {
    const answers = corpus.map(([url]) => page.open(url));
    expect(answers).toEqual(corpus.map(() => ({ action: 'deny' })));
    expect(opened).toEqual([
      'window /console/',
      'window /console',
      'window /console/devices?range=15m',
      'window /console/',
      'external https://docs.example/gnmi',
      'external https://nocturne/console/',
    ]);
  });
});
