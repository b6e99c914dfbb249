/** Collects the plans of all statements that go through a pool, as they were executed. */
import {
  createPool,
  type DatabasePool,
  type PoolOptions,
} from '../../service/store/connection/pool.ts';
import { planOfNotice, type StatementPlan } from './statement-plan.ts';

/** Reading the clock for each row would be most of the time. */
const settings = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_format': 'json',
  'auto_explain.log_level': 'notice',
};

export interface WatchedPool extends AsyncDisposable {
  readonly pool: DatabasePool;
  /** What ran since it was asked the last time. */
  taken(): readonly StatementPlan[];
}

/** As a superuser, for plans can tell of what others may not read. */
export function createWatchedPool(databaseUrl: string, options: PoolOptions): WatchedPool {
  const url = new URL(databaseUrl);
  const words = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  url.searchParams.set('options', words.join(' '));
  const pool = createPool(url.href, options);
  let plans: StatementPlan[] = [];
  pool.on('connect', (client) => {
    client.on('notice', ({ message }) => {
      const plan = planOfNotice(message ?? '');
      if (plan !== null) plans.push(plan);
    });
  });
  return {
    pool,
    taken() {
      const taken = plans;
      plans = [];
      return taken;
    },
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}
