import { EventEmitter } from 'node:events';
import type { Session } from 'electron';
import { describe, expect, test } from 'vitest';
import { mayHave, restrictPermissions } from '../../src-main/permissions.ts';

describe('permissions', () => {
  test.each([
    ['notifications', 'app://nocturne', true],
    ['notifications', 'app://nocturne/', true],
    ['notifications', 'app://nocturne/console/events', true],
    ['clipboard-sanitized-write', 'app://nocturne', true],
    ['clipboard-sanitized-write', 'https://evil.example', false],
    ['notifications', 'https://evil.example', false],
    ['notifications', 'app://other', false],
    ['notifications', '', false],
    ['media', 'app://nocturne', false],
    ['geolocation', 'app://nocturne', false],
    ['clipboard-read', 'app://nocturne', false],
    ['openExternal', 'app://nocturne', false],
    ['fileSystem', 'app://nocturne', false],
    ['unknown', 'app://nocturne', false],
  ])('%s for %s: %s', (permission, origin, granted) => {
    expect(mayHave(permission, origin)).toBe(granted);
  });

  test('every door of the session is closed', () => {
    const session = new RecordingSession();
    restrictPermissions(session as unknown as Session);
    const contents = { getURL: () => 'app://nocturne/console/' };
    expect(session.request?.(contents, 'media')).toBe(false);
    expect(session.request?.(contents, 'notifications')).toBe(true);
    expect(session.check?.(null, 'media', 'app://nocturne/')).toBe(false);
    expect(session.device?.()).toBe(false);
  });

  test.each([
    ['blob:app://nocturne/0190', false],
    ['data:text/csv,a', false],
    ['https://evil.example/setup.exe', true],
    ['file:///etc/passwd', true],
  ])('downloading %s is prevented: %s', (url, expected) => {
    const session = new RecordingSession();
    restrictPermissions(session as unknown as Session);
    let prevented = false;
    session.emit(
      'will-download',
      { preventDefault: () => (prevented = true) },
      { getURL: () => url },
    );
    expect(prevented).toBe(expected);
  });
});

type Asker = { getURL(): string };

class RecordingSession extends EventEmitter {
  request: ((contents: Asker, permission: string) => boolean) | undefined;
  check: ((contents: null, permission: string, origin: string) => boolean) | undefined;
  device: (() => boolean) | undefined;

  setPermissionRequestHandler(
    handler: (contents: Asker, permission: string, answer: (granted: boolean) => void) => void,
  ) {
    this.request = (contents, permission) => {
      let granted = false;
      handler(contents, permission, (answer) => (granted = answer));
      return granted;
    };
  }
  setPermissionCheckHandler(handler: RecordingSession['check']) {
    this.check = handler;
  }
  setDevicePermissionHandler(handler: RecordingSession['device']) {
    this.device = handler;
  }
  setDisplayMediaRequestHandler() {}
}
