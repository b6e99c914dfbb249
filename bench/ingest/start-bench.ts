/** How long `nocturne demo` takes from the command to the first chart: a rate with two points, asked as the console asks. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { NocturneError } from '../../core/errors.ts';

export interface StartFigure {
  readonly name: string;
  readonly seconds: number;
}

export interface StartBenchOptions {
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly progress: (line: string) => void;
}

const main = fileURLToPath(new URL('../../collector-daemon/main.ts', import.meta.url));
const firstChartQuery = {
  selectors: [{ path: '/interfaces/interface/state/counters/in-octets' }],
  function: 'rate',
  top: 5,
  widthPx: 800,
};

/** A start on an empty data folder, then a second one on the same. */
export async function benchStart(options: StartBenchOptions): Promise<readonly StartFigure[]> {
  const figures: StartFigure[] = [];
  for (const name of ['first start to first chart', 'second start to first chart']) {
    const seconds = await timeStart(options);
    options.progress(`${name}: ${seconds.toFixed(1)} s`);
    figures.push({ name, seconds });
  }
  return figures;
}

async function timeStart({ dataDir, env }: StartBenchOptions): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [main, 'demo', '--simulator-port', '0', '--no-desktop'], {
    env: {
      ...env,
      NOCTURNE_DATA_DIR: dataDir,
      PORT: '0',
      NOCTURNE_FEED_PORT: '0',
      DATABASE_URL: '',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    const cookie = await logIn(await loginLinkOf(child.stdout));
    while (!(await hasFirstChart(cookie))) {
      // Asked again at once: the answer itself takes its milliseconds.
    }
    return (performance.now() - startedAt) / 1_000;
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  }
}

async function loginLinkOf(output: NodeJS.ReadableStream): Promise<URL> {
  for await (const line of createInterface({ input: output })) {
    const link = /https?:\/\/\S+#token=\S+/.exec(line)?.[0];
    if (link !== undefined) return new URL(link);
  }
  throw new NocturneError(
    'STARTUP_FAILED',
    'the demo ended before it was ready; run "npm start" to see why',
  );
}

interface LoggedIn {
  readonly origin: string;
  readonly cookie: string;
}

async function logIn(link: URL): Promise<LoggedIn> {
  const answer = await fetch(`${link.origin}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: link.hash.replace('#token=', '') }),
  });
  const cookie = answer.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
  return { origin: link.origin, cookie };
}

async function hasFirstChart({ origin, cookie }: LoggedIn): Promise<boolean> {
  const toMs = Date.now();
  const answer = await fetch(`${origin}/api/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify({ ...firstChartQuery, fromMs: toMs - 60_000, toMs }),
  });
  const { series = [] } = (await answer.json()) as { series?: { values: (number | null)[] }[] };
  return series.some(({ values }) => values.filter((value) => value !== null).length >= 2);
}
