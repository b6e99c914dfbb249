/** What one person keeps in one browser: theme, zone, rail, last time range, last dashboard, columns. */
import { z } from 'zod';
import { createStore, useStore } from './store.ts';

export const themes = ['dark', 'light', 'contrast'] as const;
export type Theme = (typeof themes)[number];
export const zones = ['utc', 'local'] as const;
export type Zone = (typeof zones)[number];

const settingsSchema = z.object({
  theme: z.enum(themes).catch('dark'),
  zone: z.enum(zones).catch('utc'),
  railCollapsed: z.boolean().catch(false),
  range: z.string().catch('15m'),
  portTotals: z.boolean().catch(false),
  lastDashboard: z.string().nullable().catch(null),
});
export type Settings = z.infer<typeof settingsSchema>;

const storageKey = 'nocturne.settings';

/** Reads what was stored; anything unreadable falls back field by field. */
export function parseSettings(text: string | null, fallbackTheme: Theme): Settings {
  const fallback = { theme: fallbackTheme };
  try {
    const stored: unknown = text === null ? {} : JSON.parse(text);
    return settingsSchema.parse({ ...fallback, ...(typeof stored === 'object' ? stored : {}) });
  } catch {
    return settingsSchema.parse(fallback);
  }
}

function preferredTheme(): Theme {
  if (typeof matchMedia !== 'function') return 'dark';
  if (matchMedia('(prefers-contrast: more)').matches) return 'contrast';
  return matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
}

function readStorage(): string | null {
  try {
    return typeof localStorage === 'undefined' ? null : localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

export const settingsStore = createStore(parseSettings(readStorage(), preferredTheme()));

export function changeSettings(change: Partial<Settings>): void {
  const next = { ...settingsStore.get(), ...change };
  settingsStore.set(next);
  try {
    localStorage.setItem(storageKey, JSON.stringify(next));
  } catch {
    // Storage may be full or forbidden; the choice then lasts as long as the page.
  }
}

/** Puts the theme on the document now and whenever it changes. */
export function applyTheme(): void {
  const apply = () => {
    document.documentElement.dataset['theme'] = settingsStore.get().theme;
  };
  apply();
  settingsStore.subscribe(apply);
}

export function useSettings(): Settings {
  return useStore(settingsStore);
}
