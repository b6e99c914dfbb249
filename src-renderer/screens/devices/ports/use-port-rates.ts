import { useEffect, useMemo } from 'react';
import type { DeviceId } from '../../../../core/id.ts';
import { useServices } from '../../../app/console-services.ts';
import { PortRateFeed, type PortRates } from '../../../live/port-rates.ts';
import { useStore } from '../../../settings/store.ts';
import { useNowMs } from '../../../time/now.ts';
import { usePageVisible } from '../../../ui/use-on-screen.ts';
import { useIsSilent } from '../use-is-silent.ts';

const noRates: PortRates = new Map();

/** Whether a rate is too old to be shown is looked at so often. */
const lookEveryMs = 5_000;

/**
 * Rates of the ports at a path while the page can be seen, and the moment to judge them by; none while the device is
 * silent.
 */
export function usePortRates(
  deviceId: DeviceId,
  path: string,
): { readonly rates: PortRates; readonly nowMs: number; readonly silent: boolean } {
  const { connection } = useServices();
  const feed = useMemo(
    () => new PortRateFeed(connection, { deviceId, path }),
    [connection, deviceId, path],
  );
  const visible = usePageVisible();
  useEffect(() => {
    if (!visible) return undefined;
    const watching = new AbortController();
    feed.start(watching.signal);
    return () => watching.abort();
  }, [feed, visible]);
  const nowMs = Math.floor(useNowMs() / lookEveryMs) * lookEveryMs;
  const silent = useIsSilent(deviceId);
  const rates = useStore(feed.state);
  return { rates: silent ? noRates : rates, nowMs, silent };
}
