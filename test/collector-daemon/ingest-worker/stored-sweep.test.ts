import { expect, test } from 'vitest';
import { askedFor } from '../../../collector-daemon/session/subscribed-paths.ts';
import { StoredSweep } from '../../../collector-daemon/ingest-worker/stored-sweep.ts';
import type { SeriesLife } from '../../../service/store/reading/series-life.ts';
import { onChange } from '../../support/collection.ts';

const living = (path: string, endsUs: readonly number[] = []): SeriesLife => ({
  path,
  kind: 'gauge',
  unit: '1',
  lastTimeUs: 1,
  endsUs,
});

function sweep(stored: readonly SeriesLife[]) {
  const asked = Promise.withResolvers<readonly SeriesLife[]>();
  const found: string[] = [];
  const watch = new StoredSweep({
    lives: () => asked.promise,
    pause: () => Promise.resolve(),
    found: (leaves, atMs) => found.push(...leaves.map(({ key }) => `${key} ${atMs}`)),
  });
  const answer = async () => {
    asked.resolve(stored);
    await asked.promise;
  };
  return { watch, found, answer };
}

test('what is stored under the subscribed paths is told with the time of the sync', async () => {
  const stored = ['/a[k=1]/b', '/a[k=2]/b', '/ab', '/c/d', 'not [a path'].map((path) =>
    living(path),
  );
  const { watch, found, answer } = sweep(stored);
  const owed = askedFor(['/a[k=*]', 'openconfig-c:c/d'].map((path) => onChange(path)));
  const swept = watch.run({ syncedAtMs: 9, owed, signal: new AbortController().signal });
  await answer();
  await swept;
  expect(found).toEqual(['/a[k=1]/b 9', '/a[k=2]/b 9', '/c/d 9']);
});

test('what ended is told whatever was asked for: it may have been sent all the same', async () => {
  const { watch, found, answer } = sweep([living('/a', [7]), living('/b')]);
  const signal = new AbortController().signal;
  const swept = watch.run({ syncedAtMs: 9, owed: () => false, signal });
  await answer();
  await swept;
  expect(found).toEqual(['/a 9']);
});

test('what the store answers when the connect is over is not used', async () => {
  const { watch, found, answer } = sweep([living('/a')]);
  const connect = new AbortController();
  const swept = watch.run({ syncedAtMs: 5, owed: () => true, signal: connect.signal });
  connect.abort();
  await answer();
  await swept;
  expect(found).toEqual([]);
});
