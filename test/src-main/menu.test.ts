import type { MenuItemConstructorOptions } from 'electron';
import { expect, test } from 'vitest';
import { menuTemplate } from '../../src-main/menu.ts';

function all(items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? all(item.submenu) : [])]);
}

test.each(['linux', 'win32', 'darwin'] as const)(
  'on %s windows open and the program ends',
  (platform) => {
    let opened = 0;
    const items = all(menuTemplate({ newWindow: () => (opened += 1) }, platform));
    const click = items.find(({ label }) => label === 'New &Window')?.click as
      | (() => void)
      | undefined;
    click?.();
    expect(opened).toBe(1);
    const roles = items.map(({ role }) => role);
    expect(roles).toContain(platform === 'darwin' ? 'appMenu' : 'quit');
  },
);

test('every shortcut stands once', () => {
  const shortcuts = all(menuTemplate({ newWindow: () => {} }, 'linux')).flatMap(
    ({ accelerator }) => (accelerator === undefined || accelerator === null ? [] : [accelerator]),
  );
  expect(new Set(shortcuts).size).toBe(shortcuts.length);
});
