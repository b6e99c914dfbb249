import { defineConfig } from 'vitest/config';

/** Hours if you want: `SOAK_MINUTES=120 npm run test:soak`. */
export default defineConfig({
  test: {
    pool: 'forks',
    include: ['test/soak/**/*.test.ts'],
    globalSetup: ['test/support/database-server.ts'],
    testTimeout: 24 * 3_600_000,
    hookTimeout: 60_000,
    maxWorkers: 1,
  },
});
