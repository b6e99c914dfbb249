import { expect, test } from 'vitest';
import { askedFor } from '../../../collector-daemon/session/gnmi/subscribed-paths.ts';
import { StoredSweep } from '../../../collector-daemon/ingest-worker/stored-sweep.ts';
import type { LivingSeries } from '../../../service/store/reading/series-living.ts';
import { onChange } from '../../support/collection.ts';

const living = (path: string): LivingSeries => ({ path, kind: 'gauge', unit: '1', lastTimeUs: 1 });

function sweep(paths: readonly string[], stored: readonly LivingSeries[]) {
  const signal = new AbortController();
  const asked = Promise.withResolvers<readonly LivingSeries[]>();
  const found: string[] = [];
  let times = 0;
  const watch = new StoredSweep({
    living: () => {
      times += 1;
      return asked.promise;
    },
    asked: askedFor(paths.map((path) => onChange(path))),
    pause: () => Promise.resolve(),
    found: (leaves, atMs) => found.push(...leaves.map(({ key }) => `${key} ${atMs}`)),
    signal: signal.signal,
  });
  const answer = async () => {
    asked.resolve(stored);
    await asked.promise;
  };
  return { watch, found, answer, abort: () => signal.abort(), times: () => times };
}

test('what is stored under the subscribed paths is compared with the newest sync', async () => {
  const stored = ['/a[k=1]/b', '/a[k=2]/b', '/ab', '/c/d', 'not [a path'].map(living);
  const { watch, found, answer, times } = sweep(['/a[k=*]', 'openconfig-c:c/d'], stored);
  watch.synced(5);
  watch.synced(9);
  await answer();
  expect(found).toEqual(['/a[k=1]/b 9', '/a[k=2]/b 9', '/c/d 9']);
  expect(times()).toBe(2);
});

test('what the store answers after the session was given up is not used', async () => {
  const { watch, found, answer, abort } = sweep(['/'], [living('/a')]);
  watch.synced(5);
  abort();
  await answer();
  expect(found).toEqual([]);
});
