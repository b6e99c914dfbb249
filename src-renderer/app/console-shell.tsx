import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useSettings } from '../settings/settings.ts';
import { usePlace } from '../route/navigation.ts';
import { hasTime } from '../route/route.ts';
import { completeAddress } from '../time/view-time.ts';
import { ToastArea } from '../ui/toasts.tsx';
import { useLink, useServices } from './console-services.ts';
import { CurrentScreen } from './current-screen.tsx';
import { KeyHelp } from './key-help.tsx';
import { Palette } from './palette/palette.tsx';
import { Rail } from './rail.tsx';
import { StatusBar } from './status-bar.tsx';
import { TopBar } from './top-bar/top-bar.tsx';
import { useShellKeys } from './use-shell-keys.ts';
import './console-shell.css';

export function ConsoleShell() {
  const { status } = useServices();
  const { railCollapsed, range } = useSettings();
  const place = usePlace();
  const { route } = place;
  useAskAgainWhenBack();
  const [overlay, setOverlay] = useState<'palette' | 'keys' | null>(null);

  useEffect(() => {
    const watching = new AbortController();
    status.start(watching.signal);
    return () => watching.abort();
  }, [status]);

  // A dashboard says itself which range it opens with.
  const lacksTime = hasTime(route) && route.screen !== 'dashboard' && place.time === null;
  useEffect(() => {
    if (lacksTime) completeAddress(range);
  }, [lacksTime, range]);

  useShellKeys({
    openPalette: () => setOverlay('palette'),
    openKeys: () => setOverlay('keys'),
  });

  const close = () => setOverlay(null);
  return (
    <div className="shell" data-rail={railCollapsed ? 'collapsed' : 'open'}>
      <a className="skip-link" href="#screen">
        Skip to the screen
      </a>
      <TopBar onSearch={() => setOverlay('palette')} onKeys={() => setOverlay('keys')} />
      <Rail />
      {/* Scrolls, so the keyboard must reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <main className="shell-screen" id="screen" tabIndex={0}>
        <CurrentScreen route={route} />
      </main>
      <StatusBar />
      {overlay === 'palette' && <Palette onClose={close} onKeys={() => setOverlay('keys')} />}
      {overlay === 'keys' && <KeyHelp onClose={close} />}
      <ToastArea />
    </div>
  );
}

/** What was asked before an outage may have changed meanwhile, and what failed in it is worth another try. */
function useAskAgainWhenBack(): void {
  const queries = useQueryClient();
  const { kind } = useLink();
  const lost = useRef(false);
  useEffect(() => {
    if (kind === 'closed') lost.current = true;
    if (kind !== 'open' || !lost.current) return;
    lost.current = false;
    void queries.invalidateQueries();
  }, [kind, queries]);
}
