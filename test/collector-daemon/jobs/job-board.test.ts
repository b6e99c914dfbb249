import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { countJobs } from '../../../collector-daemon/job-metrics.ts';
import { JobBoard } from '../../../collector-daemon/jobs/job-board.ts';
import { judgeJobs } from '../../../service/store/doctor/job-findings.ts';
import { listJobStates, upsertJobStates } from '../../../service/store/operating/job-state.ts';
import { reportNode } from '../../../service/store/operating/node.ts';
import { testDatabase } from '../../support/database.ts';
import { ManualTime } from '../../support/manual-time.ts';

const signal = new AbortController().signal;

function openBoard() {
  const time = new ManualTime();
  const registry = new Registry();
  const board = new JobBoard({ clock: time, ran: countJobs(registry) });
  const writes: string[][] = [];
  const flush = () =>
    board.flush(async (states) => {
      writes.push(states.map(({ job, problem }) => `${job}: ${problem ?? 'well'}`));
    });
  return { time, registry, board, writes, flush };
}

const failing = () => Promise.reject(new Error('no space left'));

describe('the board of jobs', () => {
  test('counts runs by their result, with how long they took', async () => {
    const { time, registry, board } = openBoard();
    const slow = board.watch('rollups', async () => time.advance(500));
    await slow(signal);
    await slow(signal);
    await expect(board.watch('rollups', failing)(signal)).rejects.toThrow('no space left');
    const page = await registry.metrics();
    expect(page).toContain('nocturne_job_runs_total{job="rollups",result="ok"} 2');
    expect(page).toContain('nocturne_job_runs_total{job="rollups",result="failed"} 1');
    expect(page).toContain('nocturne_job_seconds_sum{job="rollups"} 1');
    expect(page).toMatch(/nocturne_job_last_success_timestamp_seconds\{job="rollups"\} \d{10}/);
  });

  test('writes what fails, and what recovers, at once, and what goes well once a minute', async () => {
    const { time, board, writes, flush } = openBoard();
    let well = true;
    const run = board.watch('retention', () => (well ? Promise.resolve() : failing()));
    for (const [atS, goesWell] of [
      [0, true],
      [3, true],
      [6, false],
      [9, false],
      [12, true],
      [15, true],
      [75, true],
    ] as const) {
      time.advance(Math.max(0, atS * 1_000 + 1_800_000_000_000 - time.nowMs()));
      well = goesWell;
      await run(signal).catch(() => {});
      await flush();
    }
    expect(writes).toEqual([
      ['retention: well'],
      [],
      ['retention: no space left'],
      [],
      ['retention: well'],
      [],
      ['retention: well'],
    ]);
  });

  test('what ends with the program has not failed', async () => {
    const { board, registry } = openBoard();
    await board
      .watch(
        'commands',
        failing,
      )(AbortSignal.abort())
      .catch(() => {});
    expect(await registry.metrics()).not.toContain('job="commands"');
  });

  test('the doctor reads it when nobody runs any more; a success outlives a restart', async () => {
    await using db = await testDatabase();
    const { board, time } = openBoard();
    await reportNode(db.pool, {
      name: 'col-a',
      role: 'collector',
      version: '0',
      incarnation: 1,
      startedAtMs: 1,
      feedAddress: null,
      devices: 0,
      samplesPerSecond: 0,
      samplesDropped: 0,
      queuedBatches: 0,
    });
    const nowMs = Date.now();
    time.advance(nowMs - time.nowMs());
    const write = (states: Parameters<typeof upsertJobStates>[2]) =>
      upsertJobStates(db.pool, 'col-a', states);
    await board.watch('retention', async () => {})(signal);
    await board.flush(write);
    expect(judgeJobs(await listJobStates(db.pool))).toEqual([
      { level: 'ok', about: 'jobs', text: '1 jobs of col-a went well when they last ran' },
    ]);
    const next = new JobBoard({ clock: time, ran: () => {} });
    await next
      .watch(
        'retention',
        failing,
      )(signal)
      .catch(() => {});
    await next.flush(write);
    const [finding] = judgeJobs(await listJobStates(db.pool));
    expect(finding).toMatchObject({ level: 'warning' });
    expect(finding!.text).toMatch(
      /^"retention" of col-a failed at .*: no space left; it last went well at 2/,
    );
  });
});
