import type { DeviceRow } from './use-devices.ts';

export interface DeviceFilter {
  readonly search: string;
  /** Null for all sites, the empty text for devices without one. */
  readonly site: string | null;
}

/** Every word must occur in name, address, platform, serial, state or a tag. */
export function filterDevices(
  rows: readonly DeviceRow[],
  { search, site }: DeviceFilter,
): DeviceRow[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ device, session }) => {
    if (site !== null && (device.site ?? '') !== site) return false;
    const text = [
      device.name,
      ...device.endpoints.map(({ address }) => address),
      device.platform,
      device.model,
      device.serial,
      session?.state,
      ...Object.entries(device.tags).map(([key, value]) => `${key}=${value}`),
    ]
      .join('\n')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
