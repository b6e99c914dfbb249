/** Where other nodes and desktops dial the live feed of a node. */
import type { Environment } from './config.ts';

type Settings = Pick<Environment, 'NOCTURNE_ADVERTISE_ADDRESS' | 'NOCTURNE_FEED_HOST'>;

/** @param hostName of this machine, in place of a wildcard: dialled from elsewhere, that would be the caller itself */
export function feedAddress(settings: Settings, port: number, hostName: string): string {
  const { NOCTURNE_ADVERTISE_ADDRESS, NOCTURNE_FEED_HOST } = settings;
  const listening = ['0.0.0.0', '::', '*'].includes(NOCTURNE_FEED_HOST)
    ? hostName
    : NOCTURNE_FEED_HOST;
  const host = NOCTURNE_ADVERTISE_ADDRESS ?? listening;
  return `tcp://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
}
