/** The doctor tells what collectors have said of their devices' data; none of them runs here. */
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addDoctorCommand } from '../../../collector-daemon/cli/doctor-command.ts';
import { makeUuid, type DeviceId } from '../../../core/id.ts';
import { systemClock } from '../../../core/time.ts';
import {
  upsertTroubles,
  type StoredTrouble,
} from '../../../service/store/operating/data-trouble.ts';
import { insertQuarantine } from '../../../service/store/writing/quarantine.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { dataFolder } from '../../support/demo-process.ts';
import { addDeviceRow } from '../../support/telemetry-rows.ts';

async function doctor({ url }: TestDatabase): Promise<string[]> {
  await using data = await dataFolder();
  const lines: string[] = [];
  const program = new Command();
  addDoctorCommand(program, {
    env: { DATABASE_URL: url, NOCTURNE_DATA_DIR: data.path },
    print: (text) => lines.push(...text.split('\n')),
    warn: (text) => lines.push(text),
    signal: AbortSignal.timeout(60_000),
  });
  await program.parseAsync(['doctor'], { from: 'user' }).catch(() => {});
  return lines;
}

const about = (lines: readonly string[], word: string) =>
  lines.filter((line) => new RegExp(`^\\w+ +${word} `).test(line));

function trouble(deviceId: DeviceId, part: Partial<StoredTrouble>): StoredTrouble {
  const nowMs = systemClock.nowMs();
  return {
    deviceId,
    kind: 'over-limit',
    beganAtMs: nowMs - 3_600_000,
    lastAtMs: nowMs,
    overAtMs: null,
    count: 12_000,
    examples: [],
    gapId: makeUuid(systemClock),
    node: 'col-a',
    ...part,
  };
}

test('nothing told is well', async () => {
  await using db = await testDatabase();
  expect(about(await doctor(db), 'data')).toEqual([
    expect.stringMatching(/^ok +data +no trouble with the data of any device in the last day$/),
  ]);
});

test('what the collectors said is a finding a kind, and a line a device', async () => {
  await using db = await testDatabase();
  const leaf = await addDeviceRow(db.pool, 'leaf-01');
  const spine = await addDeviceRow(db.pool, 'spine-01');
  const old = await addDeviceRow(db.pool, 'old-01');
  const times = { firstAtMs: 0, lastAtMs: 0, gapId: makeUuid(systemClock) };
  await upsertTroubles(db.pool, [
    trouble(leaf, { examples: [{ path: '/a/b', value: null, count: 1, ...times }] }),
    trouble(spine, { count: 8 }),
    trouble(spine, { kind: 'filtered', count: 1 }),
    trouble(spine, {
      kind: 'clock-fault',
      count: 20,
      examples: [{ path: null, value: '1970-01-01T00:00:00.000Z', count: 20, ...times }],
    }),
    trouble(leaf, { kind: 'of-a-later-program', count: 3 }),
    trouble(old, { lastAtMs: systemClock.nowMs() - 2 * 86_400_000 }),
  ]);
  const value = { deviceId: leaf, path: '/p', timeUs: 0, value: 'NaN' };
  await insertQuarantine(db.pool, 'col-a', [
    { ...value, reason: 'not a finite number' },
    { ...value, reason: 'not a finite number' },
  ]);
  const lines = await doctor(db);
  expect(
    about(lines, 'data')
      .map((line) => line.replaceAll(/ +/g, ' '))
      .toSorted(),
  ).toEqual([
    'hint data spine-01: 1 value that nobody subscribed to, not stored; nothing, unless they are wanted: then subscribe to their paths',
    'warning data leaf-01, spine-01: 12,008 samples beyond the series limit, not stored; subscribe to less, or to paths whose keys do not come and go',
    'warning data leaf-01: 3 of-a-later-program',
    "warning data spine-01: 20 refused time stamps, stored with a time put right; set the device's clock (NTP)",
  ]);
  expect(about(lines, 'quarantine')).toEqual([
    expect.stringContaining('2 values of the last day are in quarantine (leaf-01: 2 not a finite'),
  ]);
  const listed = lines.filter((line) => /^(leaf|spine|old)-01 /.test(line));
  expect(listed).toHaveLength(5);
  expect(listed[0]).toMatch(/^leaf-01 +over-limit +12,000 .*\/a\/b *$/);
  expect(listed.join('\n')).toContain('1970-01-01T00:00:00.000Z');
});

test('a schema that knows nothing of troubles is looked over all the same', async () => {
  await using db = await testDatabase();
  await db.pool.query('drop table data_trouble');
  const lines = await doctor(db);
  expect(about(lines, 'data')).toEqual([]);
  expect(about(lines, 'schema')).toHaveLength(1);
});
