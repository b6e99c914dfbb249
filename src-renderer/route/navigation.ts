/** The current place in the console and the ways to move, on the browser's own history. */
import { createStore, useStore } from '../settings/store.ts';
import { formatPlace, parsePlace, placeFrom, type Place, type Route } from './route.ts';

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
  if (address === location.pathname + location.search) how = 'replace';
  if (how === 'push') history.pushState(null, '', address);
  else history.replaceState(null, '', address);
  placeStore.set(place);
}

export function goTo(route: Route): void {
  move(placeFrom(placeStore.get(), route), 'push');
}

export function replaceRoute(route: Route): void {
  move(placeFrom(placeStore.get(), route), 'replace');
}

/** Another look at the same screen. What a person chose can be gone back from; what fills a gap of the address cannot. */
export function changePlace(
  change: Partial<Omit<Place, 'route'>>,
  how: 'push' | 'replace' = 'push',
): void {
  move({ ...placeStore.get(), ...change }, how);
}
