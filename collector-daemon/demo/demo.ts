/**
 * `nocturne demo`, the main job end to end on one machine: a real PostgreSQL, simulated devices and this machine itself
 * as targets, a collector, the web console, and the desktop console where it can run. Everything is stopped in the
 * reverse order, so that what is queued is stored before the database goes.
 */
import { NocturneError, sentenceOf } from '../../core/errors.ts';
import { issueLoginToken, loginUrl } from '../../service/operations/login.ts';
import { ensureDemoDefaults } from '../../service/store/schema/demo-defaults.ts';
import { migrate } from '../../service/store/schema/migrate.ts';
import { ensureUser } from '../../service/store/people/user.ts';
import { readSetting, writeSetting } from '../../service/store/operating/setting.ts';
import { startSimulator, type Simulator } from '../../simulator/simulator-service.ts';
import type { CommandContext } from '../cli/command-context.ts';
import { dataDirOf, openLocalOperations } from '../cli/local-operations.ts';
import { stopped } from '../cli/stop-signal.ts';
import { type Environment, readEnvironment, wantedStorage } from '../config.ts';
import { startEmbeddedPostgres } from '../embedded-postgres/embedded-postgres.ts';
import { plainLogger } from '../log.ts';
import { type RunningNode, startNode } from '../node.ts';
import { version } from '../version.ts';
import { consoleFolder, ensureConsoleBuilt } from './console-build.ts';
import { enterDemoDevices } from './demo-devices.ts';
import { openDesktop } from './desktop.ts';
import { loginHint } from './login-hint.ts';
import { type Progress, printProgress } from './progress.ts';
import { announceDemo } from './running-demo.ts';

export interface DemoOptions {
  /** Simulated switches. */
  readonly devices: number;
  /** First port of the simulated devices; 0: any free ones. */
  readonly simulatorPort: number;
  /** Serve this machine's own counters too. */
  readonly host: boolean;
  readonly desktop: boolean;
}

export async function runDemo(options: DemoOptions, context: CommandContext): Promise<void> {
  const { signal } = context;
  const environment: Environment = { ...readEnvironment(context.env), NODE_ROLE: 'both' };
  const progress = printProgress({
    write: (text) => context.print(text.replace(/\n$/, '')),
    nowMs: () => performance.now(),
  });
  const startedAtMs = performance.now();
  progress.line(`Nocturne ${version}`);
  await using parts = new AsyncDisposableStack();
  const failed = Promise.withResolvers<Error>();

  // The console is built while the database starts: they share nothing.
  const built = progress.step(
    'web console',
    () => ensureConsoleBuilt(signal),
    (fresh) => (fresh ? 'built' : 'up to date'),
  );
  built.catch(() => {});
  const { databaseUrl } = parts.use(
    await startDatabase(context, environment, progress, failed.resolve),
  );
  parts.use(await announceDemo(dataDirOf(context.env), databaseUrl));
  signal.throwIfAborted();
  const simulator = parts.use(await startTargets(options, progress));
  await built;
  const node = parts.use(
    await progress.step(
      'collector and web',
      () => startDemoNode({ environment, databaseUrl, context, fatal: failed.resolve }),
      ({ name }) => `node ${name}`,
    ),
  );
  await enterTargets(context, databaseUrl, simulator, progress);
  await node.collector?.ready;
  signal.throwIfAborted();

  const link = await loginLink(context, databaseUrl, node);
  progress.line(`  ready in ${((performance.now() - startedAtMs) / 1_000).toFixed(1)} s\n`);
  progress.line(`  Open  ${link}`);
  progress.line('        (logs you in once, within 15 minutes;');
  progress.line(`        ${loginHint(context.env, process.cwd())})`);
  if (options.desktop) await announceDesktop(context, databaseUrl, node, progress);
  progress.line('\n  Stop with Ctrl+C. The data is kept for the next start.');

  const end = await Promise.race([stopped(signal), failed.promise]);
  progress.line('\nStopping: sessions end, queued samples are stored, the database stops last.');
  await parts.disposeAsync();
  progress.line('Stopped.');
  if (end instanceof Error) throw end;
}

async function startDatabase(
  { env, signal }: CommandContext,
  environment: Environment,
  progress: Progress,
  fatal: (error: Error) => void,
): Promise<AsyncDisposable & { readonly databaseUrl: string }> {
  const { DATABASE_URL } = environment;
  const storage = wantedStorage(environment);
  if (DATABASE_URL !== undefined) {
    const own = { databaseUrl: DATABASE_URL, [Symbol.asyncDispose]: () => Promise.resolve() };
    await migrateStep({ databaseUrl: DATABASE_URL, storage }, progress);
    return own;
  }
  const dataDir = dataDirOf(env);
  const server = await progress.step(
    'database',
    () => startEmbeddedPostgres({ dataDir, signal }),
    ({ reused }) => `PostgreSQL, ${reused ? 'data of the last start' : 'new'}, in ${dataDir}`,
  );
  void server.ended.then(() =>
    fatal(
      new NocturneError(
        'STARTUP_FAILED',
        `the database server ended by itself; its log is in ${dataDir}/postgres/server.log`,
      ),
    ),
  );
  await migrateStep({ databaseUrl: server.databaseUrl, storage }, progress).catch(
    async (error: unknown) => {
      await server[Symbol.asyncDispose]();
      throw error;
    },
  );
  return server;
}

function migrateStep(
  { databaseUrl, storage }: { databaseUrl: string; storage: ReturnType<typeof wantedStorage> },
  progress: Progress,
): Promise<string[]> {
  return progress.step(
    'schema',
    () => migrate(databaseUrl, { storage }),
    (applied) => (applied.length === 0 ? 'up to date' : `${applied.length} migrations applied`),
  );
}

function startTargets(options: DemoOptions, progress: Progress): Promise<Simulator> {
  return progress.step(
    'simulated devices',
    () =>
      startSimulator({
        count: options.devices,
        basePort: options.simulatorPort,
        hostTarget: options.host,
        faults: 'demo',
      }).catch((error: unknown) => {
        throw freePortsHint(error, options.simulatorPort);
      }),
    ({ targets }) =>
      `${targets.length} gNMI targets${options.host ? ', one of them this machine' : ''}`,
  );
}

/** The simulator knows no command line. */
function freePortsHint(error: unknown, basePort: number): unknown {
  const portProblem =
    error instanceof NocturneError && ['PORT_TAKEN', 'ADDRESS_INVALID'].includes(error.code);
  if (!portProblem) return error;
  return new NocturneError(
    error.code,
    `the simulated devices need ports from ${basePort} on (${sentenceOf(error).replace(/;.*/, '')}); take others with --simulator-port, 0 for any free ones: npm start -- --simulator-port 0`,
    { cause: error },
  );
}

function startDemoNode({
  environment,
  databaseUrl,
  context,
  fatal,
}: {
  readonly environment: Environment;
  readonly databaseUrl: string;
  readonly context: CommandContext;
  readonly fatal: (error: Error) => void;
}): Promise<RunningNode> {
  return startNode({
    environment,
    databaseUrl,
    dataDir: dataDirOf(context.env),
    consoleFolder,
    log: plainLogger(context.warn),
    signal: context.signal,
    fatal,
  });
}

const addedSetting = 'demo.devices';

async function enterTargets(
  context: CommandContext,
  databaseUrl: string,
  { targets }: Simulator,
  progress: Progress,
): Promise<void> {
  await using operations = await openLocalOperations(withDatabase(context, databaseUrl));
  const host = targets.find(({ role }) => role === 'host');
  if (host !== undefined) {
    const facts = { host: host.name, switches: targets.length - 1 };
    await ensureDemoDefaults(operations.pool, facts);
  }
  const before = ((await readSetting(operations.pool, addedSetting)) ?? []) as string[];
  const added = await progress.step(
    'inventory',
    () => enterDemoDevices(operations.client, targets, before),
    (names) => (names.length === 0 ? 'as it was' : `${names.length} devices added`),
  );
  if (added.length === 0) return;
  const value = [...before, ...added];
  await writeSetting(operations.pool, { key: addedSetting, value, actor: operations.actor });
}

async function loginLink(
  context: CommandContext,
  databaseUrl: string,
  { web }: RunningNode,
): Promise<string> {
  await using operations = await openLocalOperations(withDatabase(context, databaseUrl));
  const { pool, actor } = operations;
  // Whoever starts the demo owns its database.
  await ensureUser(pool, actor, 'admin');
  const { token } = await issueLoginToken(pool, { name: actor, actor });
  return loginUrl(web!.publicUrl, token);
}

function withDatabase(context: CommandContext, databaseUrl: string): CommandContext {
  return { ...context, env: { ...context.env, DATABASE_URL: databaseUrl } };
}

async function announceDesktop(
  { env, signal }: CommandContext,
  databaseUrl: string,
  { web }: RunningNode,
  progress: Progress,
): Promise<void> {
  const desktop = openDesktop(env, {
    DATABASE_URL: databaseUrl,
    NOCTURNE_PUBLIC_URL: web!.publicUrl,
  });
  if (desktop.kind === 'absent') {
    progress.line(`        The desktop console was not opened: ${desktop.reason}.`);
    return;
  }
  progress.line('        The desktop console opens beside it.');
  signal.addEventListener('abort', () => desktop.process.kill(), { once: true });
}
