import { useEffect } from 'react';
import { currentPlace, goTo } from '../route/navigation.ts';
import { hasTime } from '../route/route.ts';
import { changeSettings, settingsStore } from '../settings/settings.ts';
import { setZone, toggleLive } from '../time/view-time.ts';
import { useNewest } from '../ui/use-newest.ts';
import { readChord, type Command } from './key-chords.ts';
import { railScreens } from './screens.ts';

const chordWithinMs = 1_200;

interface Overlays {
  readonly openPalette: () => void;
  readonly openKeys: () => void;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select') !== null;
}

/** The keys that work on every screen. While a dialog is open, only its own do. */
export function useShellKeys(overlays: Overlays): void {
  const newest = useNewest(overlays);
  useEffect(() => {
    let pending: 'g' | null = null;
    let pendingSinceMs = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return;
      const fresh = event.timeStamp - pendingSinceMs < chordWithinMs;
      const { command, pending: next } = readChord(fresh ? pending : null, {
        key: event.key,
        ctrlOrMeta: event.ctrlKey || event.metaKey,
        alt: event.altKey,
        typing: isTyping(event.target),
      });
      pending = next;
      pendingSinceMs = event.timeStamp;
      if (command !== null && run(command, newest.current)) event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [newest]);
}

/** Tells whether the command did something here. */
function run(command: Command, { openPalette, openKeys }: Overlays): boolean {
  const settings = settingsStore.get();
  switch (command.kind) {
    case 'palette':
      openPalette();
      return true;
    case 'keys':
      openKeys();
      return true;
    case 'live':
      if (!hasTime(currentPlace().route)) return false;
      toggleLive();
      return true;
    case 'zone':
      setZone((currentPlace().zone ?? settings.zone) === 'utc' ? 'local' : 'utc');
      return true;
    case 'rail':
      changeSettings({ railCollapsed: !settings.railCollapsed });
      return true;
    case 'search':
      return focusSearch();
    case 'add-device':
      if (currentPlace().route.screen !== 'devices') return false;
      goTo({ screen: 'devices', adding: true });
      return true;
    case 'go': {
      const screen = railScreens.find(({ key }) => key === command.key);
      if (screen !== undefined) goTo(screen.route);
      return screen !== undefined;
    }
    default:
      return command satisfies never;
  }
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLElement>('[data-screen-search]');
  field?.focus();
  return field !== null;
}
