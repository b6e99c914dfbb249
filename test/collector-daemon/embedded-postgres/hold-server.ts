/** Starts a server on the data folder given and says where; the test kills this program without warning. */
import { startEmbeddedPostgres } from '../../../collector-daemon/embedded-postgres/embedded-postgres.ts';

const server = await startEmbeddedPostgres({
  dataDir: process.argv[2]!,
  signal: AbortSignal.timeout(60_000),
});
process.stdout.write(`${server.databaseUrl}\n`);
setInterval(() => {}, 60_000);
