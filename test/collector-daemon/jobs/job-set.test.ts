import { expect, test } from 'vitest';
import { systemTimers } from '../../../core/time.ts';
import { JobSet } from '../../../collector-daemon/jobs/job-set.ts';
import { createPool } from '../../../service/store/connection/pool.ts';
import { testDatabase } from '../../support/database.ts';

test('statements of jobs end with the jobs, one after another where a job goes on', async () => {
  await using db = await testDatabase();
  await using pool = createPool(db.url, { applicationName: 'jobs', size: 2 });
  const troubles: unknown[] = [];
  await using jobs = new JobSet({
    timers: systemTimers,
    troubleOf: () => (error) => troubles.push(error),
    cancel: () => pool.cancelRunning(),
  });
  const begun = Promise.withResolvers<void>();
  const codes: unknown[] = [];
  jobs.start('slow', 60_000, async () => {
    // As work does that goes on with its next part whichever fails.
    for (let part = 0; part < 3; part += 1) {
      const asked = pool.query('select pg_sleep(600)');
      begun.resolve();
      await asked.catch((error: { code: string }) => codes.push(error.code));
    }
  });
  await begun.promise;
  await jobs[Symbol.asyncDispose]();
  expect(codes).toEqual(['57014', '57014', '57014']);
  expect(troubles).toEqual([]);
});
