/** The current place in the console and the ways to move, on the browser's own history. */
import { createStore, useStore } from '../settings/store.ts';
import { formatPlace, parsePlace, type Place, type Route } from './route.ts';

function here(): Place {
  return parsePlace(location.pathname, location.search);
}

const placeStore = createStore<Place>(here());

export function followHistory(): void {
  globalThis.addEventListener('popstate', () => placeStore.set(here()));
}

export function currentPlace(): Place {
  return placeStore.get();
}

export function usePlace(): Place {
  return useStore(placeStore);
}

function move(place: Place, how: 'push' | 'replace'): void {
  const address = formatPlace(place);
  if (how === 'push') history.pushState(null, '', address);
  else history.replaceState(null, '', address);
  placeStore.set(place);
}

/** Goes to a screen; what the address says of time stays behind, each dashboard has its own. */
export function goTo(route: Route): void {
  move({ route, range: null }, 'push');
}

export function replaceRoute(route: Route): void {
  move({ route, range: null }, 'replace');
}

export function setRangeInAddress(range: string): void {
  move({ ...placeStore.get(), range }, 'replace');
}
