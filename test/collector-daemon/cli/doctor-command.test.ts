import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { addDoctorCommand } from '../../../collector-daemon/cli/doctor-command.ts';
import { systemClock } from '../../../core/time.ts';
import { createPlainEngine } from '../../../service/store/storage/engine-plain.ts';
import { writeFixedMinutes } from '../../../service/store/partition/partition-length-setting.ts';
import { writeRetention } from '../../../service/store/storage/retention-settings.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { dataFolder } from '../../support/demo-process.ts';

/** Tests run on a server without fsync, which is a problem of its own. */
const oneProblem = /^1 of \d+ checks found a problem; see above$/;

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
  await expect(program.parseAsync(['doctor'], { from: 'user' })).rejects.toThrow(oneProblem);
  return lines;
}

const starting = (lines: readonly string[], begin: RegExp) =>
  lines.filter((line) => begin.test(line));

describe('the doctor', () => {
  test('names what it looked at, with hints that are no problem', async () => {
    await using db = await testDatabase();
    const lines = await doctor(db);
    for (const about of ['version', 'connections', 'clock', 'role', 'disk', 'schema']) {
      expect(starting(lines, new RegExp(`^(ok|warning) +${about} `))).toHaveLength(1);
    }
    const writing = starting(lines, /^(ok|hint) +writing /);
    expect(writing).toHaveLength(5);
    expect(writing).toContainEqual(
      expect.stringMatching(
        /^hint +writing +checkpoint_timeout 5 min: .*alter system set checkpoint_timeout = '15min'; then: select pg_reload_conf\(\);$/,
      ),
    );
  });

  test('shows retention, length and sizes as they are now', async () => {
    await using db = await testDatabase();
    const engine = createPlainEngine(db.pool);
    await writeRetention(db.pool, { retention: { rawDays: 7 }, actor: 'ada' });
    await writeFixedMinutes(db.pool, { minutes: 480, actor: 'ada' });
    const nowMs = systemClock.nowMs();
    await engine.revisePartitionLength(nowMs);
    await engine.prepare(nowMs);
    await db.pool.query(
      'insert into sample (time, series_id, value) select $1, step, 0 from generate_series(1, 12345) as step',
      [new Date(nowMs)],
    );
    await db.pool.query('analyze sample');
    const lines = await doctor(db);
    expect(lines).toContain(
      'storage: plain, kept raw 7 d, 1 min 180 d, 1 h 730 d, 1 d 3650 d, events 90 d',
    );
    expect(lines).toContain('new partitions of samples: 8 h long, as an admin has set it');
    const [sample] = starting(lines, /^sample /);
    // Yesterday, today and tomorrow in thirds, and the default.
    expect(sample!.split(/ +/).slice(1, 3)).toEqual(['10', '12,345']);
    expect(starting(lines, /^everything else: \d+\.\d MiB/)).toHaveLength(1);
  });

  test('says where the schema is another than its own', async () => {
    await using db = await testDatabase();
    await db.pool.query(
      `insert into schema_version (version, oldest_reader, oldest_writer)
       select 99, oldest_reader, oldest_writer from schema_version order by version desc limit 1`,
    );
    expect(starting(await doctor(db), /schema/)).toEqual([
      expect.stringMatching(/^hint +schema +version 99: made by a newer program/),
    ]);
  });
});
