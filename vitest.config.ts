import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // ZeroMQ sockets and database servers want processes of their own.
    pool: 'forks',
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/soak/**'],
    globalSetup: ['test/support/database-server.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
