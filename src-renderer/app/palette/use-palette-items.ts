import { useMemo } from 'react';
import { goTo } from '../../route/navigation.ts';
import { useDashboards } from '../../screens/dashboards/use-dashboards.ts';
import { useDeviceList } from '../../screens/devices/use-device-list.ts';
import { changeSettings, themes } from '../../settings/settings.ts';
import { setZone, toggleLive } from '../../time/view-time.ts';
import { useMay } from '../console-services.ts';
import { railScreens } from '../screens.ts';
import type { PaletteItem } from './palette-items.ts';

const themeNames = { dark: 'dark', light: 'light', contrast: 'high contrast' } as const;

export function usePaletteItems(onKeys: () => void): readonly PaletteItem[] {
  const mayOperate = useMay('operator');
  const devices = useDeviceList();
  const dashboards = useDashboards();
  return useMemo(
    () => [
      ...actions(mayOperate, onKeys),
      ...(dashboards.data ?? []).map(
        ({ id, title, tags }): PaletteItem => ({
          id: `dashboard-${id}`,
          group: 'Dashboards',
          label: title,
          detail: tags.join(' '),
          run: () => goTo({ screen: 'dashboard', id }),
        }),
      ),
      ...(devices.data?.devices ?? []).map(
        ({ id, name, site, serial, endpoint }): PaletteItem => ({
          id: `device-${id}`,
          group: 'Devices',
          label: name,
          detail: [site, endpoint?.address, serial].filter(Boolean).join(' · '),
          run: () => goTo({ screen: 'device', id }),
        }),
      ),
    ],
    [devices.data, dashboards.data, mayOperate, onKeys],
  );
}

function actions(mayOperate: boolean, onKeys: () => void): PaletteItem[] {
  const action = (label: string, detail: string, run: () => void): PaletteItem => ({
    id: `action-${label}`,
    group: 'Actions',
    label,
    detail,
    run,
  });
  return [
    ...railScreens.map(({ label, key, route }) =>
      action(`Go to ${label.toLowerCase()}`, `g ${key}`, () => goTo(route)),
    ),
    ...(mayOperate
      ? [action('Add a device', 'inventory', () => goTo({ screen: 'devices', adding: true }))]
      : []),
    ...themes.map((theme) =>
      action(`Theme: ${themeNames[theme]}`, 'appearance', () => changeSettings({ theme })),
    ),
    action('Live on or off', 'l', toggleLive),
    action('Times in UTC', 'zone', () => setZone('utc')),
    action('Times in local time', 'zone', () => setZone('local')),
    action('Keyboard shortcuts', '?', onKeys),
  ];
}
