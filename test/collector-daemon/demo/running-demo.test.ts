import path from 'node:path';
import { expect, test } from 'vitest';
import { announceDemo, findRunningDemo } from '../../../collector-daemon/demo/running-demo.ts';
import { dataFolder } from '../../support/demo-process.ts';

test('a demo is found while it runs, in a folder that nothing had made before', async () => {
  await using folder = await dataFolder();
  const dataDir = path.join(folder.path, 'fresh');
  {
    await using _announced = await announceDemo(dataDir, 'postgres://n@db.example/n');
    expect(await findRunningDemo(dataDir)).toBe('postgres://n@db.example/n');
  }
  expect(await findRunningDemo(dataDir)).toBeNull();
});
