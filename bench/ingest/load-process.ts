/** Child process of the ingest bench: one target that floods whoever subscribes, so that its cost is not ours. */
import { startFlatOutTarget } from '../../simulator/flat-out-target.ts';

const [updates = '0', interfaces = '0', counters = '0'] = process.argv.slice(2);

const target = await startFlatOutTarget({
  updates: Number(updates),
  load: {
    interfaces: Number(interfaces),
    countersPerInterface: Number(counters),
    intervalMs: 1_000,
    // A day back: every round has a time of its own that the collector believes.
    originMs: Date.now() - 86_400_000,
    step: 1_000n,
  },
});
process.send?.({ port: target.port });
process.on('disconnect', () => process.exit(0));
