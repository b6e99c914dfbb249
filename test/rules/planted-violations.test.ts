import { describe, expect, test } from 'vitest';
import { cycleViolations } from './cycle-rules.ts';
import {
  barrelViolations,
  coreViolations,
  nameViolations,
  purityViolations,
  raceViolations,
  sentenceViolations,
} from './file-rules.ts';
import { folderViolations, protocolViolations, stageViolations } from './folder-rules.ts';
import { importsOf } from './imports.ts';

const tree = (files: Record<string, string>) => new Map(Object.entries(files));

describe('imports are found', () => {
  test.each([
    [`import { a } from './a.ts';`, 'import ./a.ts'],
    [`import type { A } from "./a.ts";`, 'import ./a.ts'],
    [`import {\n  type A,\n  b,\n} from './a.ts';`, 'import ./a.ts'],
    [`import a, { b } from './a.ts';`, 'import ./a.ts'],
    [`import * as a from './a.ts';`, 'import ./a.ts'],
    [`import './a.css';`, 'import ./a.css'],
    [`export { a } from './a.ts';`, 're-export ./a.ts'],
    [`export type {\n  A,\n} from './a.ts';`, 're-export ./a.ts'],
    [`export * from './a.ts';`, 're-export ./a.ts'],
    [`const a = await import('./a.ts');`, 'dynamic ./a.ts'],
    [`type A = typeof import('./a.ts');`, 'dynamic ./a.ts'],
    [`new Worker(new URL('./a.ts', import.meta.url));`, 'dynamic ./a.ts'],
  ])('%s', (text, found) => {
    expect(importsOf(text).map(({ kind, specifier }) => `${kind} ${specifier}`)).toEqual([found]);
  });

  test.each([
    `// import { a } from './a.ts';`,
    `/*\nimport { a } from './a.ts';\n*/`,
    `export const from = 'a';`,
    `export function copy(): string {\n  return copyOf('from', './a.ts');\n}`,
    `const url = 'https://example.net'; // import('./a.ts')`,
  ])('%s is none', (text) => expect(importsOf(text)).toEqual([]));

  test('two statements in one file are two', () => {
    const text = `import { a } from './a.ts';\nimport { b } from './b.ts';\n\nexport const c = a + b;\n`;
    expect(importsOf(text)).toHaveLength(2);
  });
});

describe('forbidden imports', () => {
  test.each([
    ['core/a.ts', 'node:fs'],
    ['core/a.ts', '../service/store/pool.ts'],
    ['core/a.ts', '@orpc/server'],
    ['service/a.ts', '../collector-daemon/config.ts'],
    ['service/store/a.ts', '../../proto/gnmi-service.ts'],
    ['collector-daemon/sink/a.ts', '../../simulator/simulator-service.ts'],
    ['collector-daemon/a.ts', '../src-main/index.ts'],
    ['simulator/a.ts', '../service/store/pool.ts'],
    ['src-main/a.ts', '../collector-daemon/config.ts'],
    ['src-renderer/a.tsx', 'node:path'],
    ['src-renderer/a.tsx', 'electron'],
    ['src-renderer/a.tsx', 'pg'],
    ['src-renderer/a.tsx', '../service/live/feed-subscriber.ts'],
    ['proto/a.ts', '../core/id.ts'],
    ['core/a.ts', '../test/support/paths.ts'],
    ['invented/a.ts', 'zod'],
  ])('%s must not import %s', (file, specifier) => {
    const planted = tree({ [file]: `import type { A } from '${specifier}';` });
    expect(folderViolations(planted)).toHaveLength(1);
  });

  test.each([
    ['core/a.ts', 'zod'],
    ['service/a.ts', '../core/id.ts'],
    ['collector-daemon/cli/a.ts', '../../simulator/simulator-service.ts'],
    ['simulator/a.ts', '../proto/gnmi-service.ts'],
    ['src-renderer/a.tsx', 'react'],
  ])('%s may import %s', (file, specifier) => {
    expect(folderViolations(tree({ [file]: `import '${specifier}';` }))).toEqual([]);
  });

  test.each([
    ['collector-daemon/batch/a.ts', `import { A } from '../normalise/a.ts';`],
    ['collector-daemon/sink/a.ts', `import type { A } from '../batch/a.ts';`],
    ['collector-daemon/a.ts', `import './batch/a.ts';\nimport './sink/a.ts';`],
  ])('%s must not see another stage', (file, text) => {
    expect(stageViolations(tree({ [file]: text }))).toHaveLength(1);
  });

  test('the pipeline sees all stages', () => {
    const text = `import './batch/a.ts';\nimport './sink/a.ts';`;
    expect(stageViolations(tree({ 'collector-daemon/pipeline.ts': text }))).toEqual([]);
  });
});

describe('protocols', () => {
  test.each([
    ['collector-daemon/pipeline.ts', './session/gnmi/a.ts'],
    ['collector-daemon/session/session-pool.ts', './gnmi/a.ts'],
    ['collector-daemon/session/session-runner.ts', '@grpc/grpc-js'],
    ['collector-daemon/ingest-worker/a.ts', '../session/netconf/a.ts'],
    ['collector-daemon/reporting/a.ts', '../../proto/gnmi-service.ts'],
  ])('%s must not know %s', (file, specifier) => {
    const planted = tree({ [file]: `import type { A } from '${specifier}';` });
    expect(protocolViolations(planted)).toHaveLength(1);
  });

  test.each([
    ['collector-daemon/session/drivers.ts', './gnmi/a.ts'],
    ['collector-daemon/session/gnmi/a.ts', '@grpc/grpc-js'],
    ['collector-daemon/session/session-pool.ts', './drivers.ts'],
    ['collector-daemon/command/connection-test.ts', '../session/gnmi/a.ts'],
  ])('%s may know %s', (file, specifier) => {
    const planted = tree({ [file]: `import type { A } from '${specifier}';` });
    expect(protocolViolations(planted)).toEqual([]);
  });
});

describe('sentences', () => {
  test.each(['`it failed: ${error.message}`', '`lost (${(cause as Error).message})`'])(
    '%s may end in nothing',
    (text) => expect(sentenceViolations(tree({ 'service/a.ts': text }))).toHaveLength(1),
  );

  test.each(['`it failed: ${sentenceOf(error)}`', 'log(error.message)'])('%s may stand', (text) =>
    expect(sentenceViolations(tree({ 'service/a.ts': text }))).toEqual([]),
  );
});

describe('cycles', () => {
  test('are found through three files, even of types', () => {
    const planted = tree({
      'core/a.ts': `import { b } from './b.ts';`,
      'core/b.ts': `import type { C } from './deep/c.ts';`,
      'core/deep/c.ts': `import type { A } from '../a.ts';`,
      'core/d.ts': `import './a.ts';`,
    });
    expect(cycleViolations(planted)).toEqual([
      'core/a.ts → core/b.ts → core/deep/c.ts → core/a.ts',
    ]);
  });

  test('two ways to one file are no cycle', () => {
    const planted = tree({
      'core/a.ts': `import './b.ts';\nimport './c.ts';`,
      'core/b.ts': `import './c.ts';`,
      'core/c.ts': '',
    });
    expect(cycleViolations(planted)).toEqual([]);
  });
});

describe('files', () => {
  test.each([
    'core/utils.ts',
    'core/utils/a.ts',
    'service/helpers/a.ts',
    'core/types.ts',
    'core/constants.ts',
    'src-renderer/ui/index.tsx',
  ])('%s is no name', (file) => expect(nameViolations(tree({ [file]: '' }))).toHaveLength(1));

  test.each(['src-main/index.ts', 'service/store/column-types.ts', 'core/telemetry/unit.ts'])(
    '%s is one',
    (file) => expect(nameViolations(tree({ [file]: '' }))).toEqual([]),
  );

  test('re-exports are found, generated code aside', () => {
    const text = `export { a } from './a.ts';`;
    expect(barrelViolations(tree({ 'core/b.ts': text }))).toHaveLength(1);
    expect(barrelViolations(tree({ 'proto/generated/b.ts': text }))).toEqual([]);
  });

  test.each([
    'process.env.HOME',
    'Buffer.from(a)',
    'window.close()',
    'document.title',
    'fetch(url)',
  ])('core must not use %s', (code) =>
    expect(coreViolations(tree({ 'core/a.ts': code }))).toHaveLength(1),
  );

  test.each([
    'options.process.env',
    `'document.title'`,
    '// window.close()',
    'const document = z.object({})',
  ])('core may hold %s', (code) => expect(coreViolations(tree({ 'core/a.ts': code }))).toEqual([]));

  test.each([
    'const now = Date.now();',
    'const now = performance.now();',
    'const now = new Date();',
    'const luck = Math.random();',
    'setTimeout(run, 5);',
    `import { readFile } from 'node:fs/promises';`,
    `import { Pool } from 'pg';`,
  ])('a pure file must not hold: %s', (code) => {
    expect(purityViolations(tree({ 'core/session-state.ts': code }))).toHaveLength(1);
    expect(purityViolations(tree({ 'core/session.ts': code }))).toEqual([]);
  });

  test.each(['new Date(ms)', '// Date.now()', `import type { Pool } from 'pg';`])(
    'a pure file may hold: %s',
    (code) => expect(purityViolations(tree({ 'core/session-state.ts': code }))).toEqual([]),
  );
});

describe('races', () => {
  test.each([
    ['service/a.ts', 'await Promise.race([over, stopped]);', 1],
    ['src-renderer/a.tsx', 'await Promise.any([one, two]);', 1],
    ['service/a.ts', '// A Promise.race would stay.', 0],
    ['service/query/read-route.ts', 'await Promise.race([reading, left]);', 0],
    ['test/a.ts', 'await Promise.race([one, two]);', 0],
  ])('%s: %s', (file, text, found) => {
    expect(raceViolations(tree({ [file]: text }))).toHaveLength(found);
  });
});
