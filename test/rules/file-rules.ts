/** Rules about single files: names, barrels, what `core` may touch, and what pure files may do. */
import { importsOf, withoutComments } from './imports.ts';
import type { SourceTree } from './source-tree.ts';

const vagueNames = /(^|\/)(utils?|helpers?|types|constants|common|misc)(\/|\.[a-z]+$)/;
/** Electron's entry. */
const entries = ['src-main/index.ts'];

export function nameViolations(tree: SourceTree): string[] {
  return [...tree.keys()].flatMap((file) => {
    if (vagueNames.test(file)) return [`${file}: say what it holds instead`];
    const isIndex = /(^|\/)index\.[a-z]+$/.test(file) && !entries.includes(file);
    return isIndex ? [`${file}: import from the file that defines it`] : [];
  });
}

export function barrelViolations(tree: SourceTree): string[] {
  return [...tree].flatMap(([file, text]) =>
    isGenerated(file)
      ? []
      : importsOf(text)
          .filter(({ kind }) => kind === 're-export')
          .map(({ specifier }) => `${file}: re-exports ${specifier}`),
  );
}

const machineGlobals =
  /(?<![.\w$'"-])(process|Buffer|require|__dirname|window|navigator|localStorage|sessionStorage|location|fetch|setTimeout|setInterval|WebSocket)(?=\s*[.([])|(?<![.\w$'"-])document\.(body|cookie|createElement|documentElement|querySelector\w*|title)/g;
/** The injected clock, timers and randomness of the machine are defined here. */
const machineEdges = ['core/time.ts', 'core/id.ts'];

/** `core` runs in browsers, workers and Node alike. */
export function coreViolations(tree: SourceTree): string[] {
  return [...tree].flatMap(([file, text]) =>
    file.startsWith('core/') && !machineEdges.includes(file)
      ? matches(text, machineGlobals).map((name) => `${file}: core/ must not use ${name}`)
      : [],
  );
}

const pureNames = /(-(state|codec|plan|spec|encoder)|\/(placement|suspicion|thin))\.tsx?$/;
/** A target's shared state holds its open streams: state of the machine, not of a reducer. */
const notPure = ['simulator/target/target-state.ts'];
const clocks =
  /\bDate\.now\b|\bperformance\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\b(?:setTimeout|setInterval|setImmediate)\(|\bfetch\(|\bsystem(?:Clock|Timers|RandomBytes)\b/g;
const io =
  /^(node:(fs|net|http|https|http2|tls|dns|dgram|child_process|worker_threads|os|timers)(\/.*)?|pg|zeromq|ws|better-sqlite3|electron)$/;

/** Pure files read no clock and no randomness, and do no I/O; of I/O packages they may know types. */
export function purityViolations(tree: SourceTree): string[] {
  return [...tree].flatMap(([file, text]) => {
    if (!pureNames.test(file) || notPure.includes(file) || isGenerated(file)) return [];
    const values = withoutComments(text).replace(/^import type\b[^;]*;/gm, '');
    const imported = importsOf(values).filter(({ specifier }) => io.test(specifier));
    return [
      ...matches(values, clocks).map((what) => `${file}: a pure file must not use ${what}`),
      ...imported.map(({ specifier }) => `${file}: a pure file must not import ${specifier}`),
    ];
  });
}

/** Each races promises that end with what they are of: a query, a probe, a COPY, the program. */
const mayRace = [
  'collector-daemon/cli/collector-command.ts',
  'collector-daemon/demo/demo.ts',
  'collector-daemon/pipeline.ts',
  'service/query/read-route.ts',
  'service/store/connection/database-pulse.ts',
  'service/store/writing/copy-in.ts',
];

/** What is raced against something that lives long stays on it until that ends: in a daemon, for months. */
export function raceViolations(tree: SourceTree): string[] {
  return [...tree].flatMap(([file, text]) =>
    /^(core|service|collector-daemon|src-main|src-renderer)\//.test(file) && !mayRace.includes(file)
      ? matches(text, /\bPromise\.(race|any)\b/g).map(
          (what) => `${file}: listen once and stop listening instead of ${what}`,
        )
      : [],
  );
}

const errorText = /\b(?:error|err|cause|thrown|failure|problem|exception)\??\)?\??\.message\b/gi;
/** Where it is known that somebody said something. */
const knowsText = ['core/errors.ts'];

/** An error of somebody else's may say nothing at all; what stands in a sentence goes through `sentenceOf`. */
export function sentenceViolations(tree: SourceTree): string[] {
  return [...tree].flatMap(([file, text]) => {
    if (knowsText.includes(file) || isGenerated(file)) return [];
    const templates = Array.from(text.matchAll(/\$\{[^{}]*\}/g), ([found]) => found).join('\n');
    return matches(templates, errorText).map(
      (what) => `${file}: ${what} in a sentence; take sentenceOf`,
    );
  });
}

function isGenerated(file: string): boolean {
  return file.startsWith('proto/generated/');
}

function matches(text: string, pattern: RegExp): string[] {
  return [...new Set(Array.from(withoutComments(text).matchAll(pattern), ([found]) => found))];
}
