/** Executes the commands that wait in the database, one after the other, reporting each step as it goes. */
import { sentenceOf } from '../../core/errors.ts';
import type { Clock } from '../../core/time.ts';
import type { CommandStep } from '../../core/contract/command.ts';
import {
  claimConnectionTest,
  type ClaimedTest,
  expireCommands,
  finishCommand,
  updateCommandSteps,
} from '../../service/store/operating/command.ts';
import type { DatabasePool } from '../../service/store/connection/pool.ts';
import type { SecretBox } from '../../service/store/secret/sealed-secret.ts';
import { testConnection } from './connection-test.ts';

export interface CommandRunnerOptions {
  readonly pool: DatabasePool;
  readonly secrets: SecretBox;
  readonly node: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Until none waits any more. */
export async function runWaitingCommands(options: CommandRunnerOptions): Promise<void> {
  await expireCommands(options.pool);
  while (!options.signal.aborted) {
    const claimed = await claimConnectionTest(options.pool, options.secrets, options.node);
    if (claimed === null) return;
    await runTest(claimed, options);
  }
}

async function runTest(claimed: ClaimedTest, options: CommandRunnerOptions): Promise<void> {
  const { pool, clock, signal } = options;
  // Timers take whole milliseconds, the database's times have fractions.
  const deadline = AbortSignal.timeout(
    Math.max(0, Math.ceil(claimed.deadlineAtMs - clock.nowMs())),
  );
  const reports = new StepReports((steps) => updateCommandSteps(pool, claimed.id, steps));
  try {
    const { steps, problem } = await testConnection({
      endpoint: claimed.endpoint,
      nowMs: () => performance.now(),
      progress: (steps) => reports.offer(steps),
      signal: AbortSignal.any([signal, deadline]),
    });
    await reports.settled();
    await finishCommand(pool, claimed.id, { steps, problem });
  } catch (error) {
    await finishCommand(pool, claimed.id, { problem: sentenceOf(error) });
  }
}

/** Writes the newest steps; while one write is under way the ones between are left out. */
class StepReports {
  readonly #write: (steps: readonly CommandStep[]) => Promise<unknown>;
  #newest: readonly CommandStep[] | null = null;
  #writing: Promise<void> = Promise.resolve();
  #busy = false;

  constructor(write: (steps: readonly CommandStep[]) => Promise<unknown>) {
    this.#write = write;
  }

  offer(steps: readonly CommandStep[]): void {
    this.#newest = [...steps];
    if (!this.#busy) this.#writing = this.#drain();
  }

  settled(): Promise<void> {
    return this.#writing;
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    while (this.#newest !== null) {
      const steps = this.#newest;
      this.#newest = null;
      // Progress that could not be shown is no reason to stop; the end is written all the same.
      await this.#write(steps).catch(() => {});
    }
    this.#busy = false;
  }
}
