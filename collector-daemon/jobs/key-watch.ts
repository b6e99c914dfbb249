/**
 * Tells, from the start on, that this collector lacks keys of what is sealed: one that stands by would else find out when
 * it takes over.
 */
import type { NodeName } from '../../core/id.ts';
import type { Clock, Timers } from '../../core/time.ts';
import { RepeatedJob } from '../../service/repeat.ts';
import { databaseSentence } from '../../service/store/connection/database-error.ts';
import type { DatabasePool } from '../../service/store/connection/pool.ts';
import { insertEvents } from '../../service/store/operating/event.ts';
import { fitProblem, readKeyFit } from '../../service/store/secret/key-fit.ts';
import { keyFileIn } from '../../service/store/secret/key-file.ts';
import type { SecretBox } from '../../service/store/secret/sealed-secret.ts';

export interface KeyWatchOptions {
  readonly pool: DatabasePool;
  readonly secrets: SecretBox;
  readonly node: NodeName;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly problem: (sentence: string) => void;
  readonly recovered: (sentence: string) => void;
}

const lookEveryMs = 60_000;

export function watchKeys(options: KeyWatchOptions): RepeatedJob {
  const { pool, secrets, node, problem, recovered } = options;
  let told: string | null = null;
  const look = async () => {
    const fit = await readKeyFit(pool, secrets.masters);
    const sentence = fitProblem(fit, keyFileIn(options.dataDir));
    if (sentence === told) return;
    told = sentence;
    if (sentence === null) return recovered('the keys here open all secrets again');
    problem(sentence);
    const timeMs = options.clock.nowMs();
    const event = { timeMs, kind: 'secret-keys', severity: 'error', subject: node } as const;
    await insertEvents(pool, [{ ...event, detail: sentence }]);
  };
  return new RepeatedJob({
    everyMs: lookEveryMs,
    timers: options.timers,
    run: look,
    trouble: (error) =>
      error === null
        ? recovered('secret keys: going on')
        : problem(`secret keys: ${databaseSentence(error)}`),
  });
}
