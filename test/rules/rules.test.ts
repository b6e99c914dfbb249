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
import { importGraph } from './imports.ts';
import { readSources } from './source-tree.ts';

const tree = await readSources();

describe('the rules of docs/architecture.md hold', () => {
  test.each([
    ['folders import only whom they may', folderViolations],
    ['stages of the pipeline do not know each other', stageViolations],
    ['sessions know protocols by their drivers alone', protocolViolations],
    ['there is no import cycle, not even of types', cycleViolations],
    ['there are no barrels', barrelViolations],
    ['files say what they hold', nameViolations],
    ['core runs anywhere', coreViolations],
    ['pure files are pure', purityViolations],
    ['nothing is raced against what lives long', raceViolations],
    ['sentences never hold what is not there', sentenceViolations],
  ])('%s', (_rule, violations) => {
    expect(violations(tree)).toEqual([]);
  });

  test('the sources were found and their imports understood', () => {
    const graph = importGraph(tree);
    expect(tree.size).toBeGreaterThan(150);
    expect(graph.get('collector-daemon/pipeline.ts')).toContain(
      'collector-daemon/batch/batcher.ts',
    );
    expect(graph.get('collector-daemon/session/gnmi/value-codec.ts')).toContain(
      'collector-daemon/session/gnmi/json-leaves.ts',
    );
  });
});
