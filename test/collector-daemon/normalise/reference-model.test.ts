/** The normaliser against a plain model of what a stream means, on streams of all that a target may do. */
import { expect, test } from 'vitest';
import { Normaliser } from '../../../collector-daemon/normalise/normaliser.ts';
import { difference } from '../../support/compared-stream.ts';
import { type Mutation, mutant } from '../../support/mutant.ts';
import { randomStream } from '../../support/random-stream.ts';

const streams = 10_000;

test('they do not differ in 10,000 streams, in which each rule is used', {
  timeout: 120_000,
}, () => {
  const fired = new Map<string, number>();
  for (let seed = 0; seed < streams; seed += 1) {
    const differs = difference(Normaliser, randomStream(seed), fired);
    expect({ seed, ...differs?.found }).toEqual({ seed, ...differs?.expected });
  }
  expect(Object.fromEntries([...fired].filter(([, times]) => times < 100))).toEqual({});
  expect([...fired.keys()].length).toBeGreaterThanOrEqual(20);
});

const mutations: readonly (Mutation & { readonly what: string })[] = [
  {
    what: 'the order of arrival alone counts',
    file: 'leaf.ts',
    from: 'if (!(at.stampUs < lastStampUs))',
    to: 'if (true)',
  },
  {
    what: 'the first value of a connect may be late',
    file: 'leaf.ts',
    from: "valueGeneration === at.generation ? 'late' : 'anew'",
    to: "'late'",
  },
  {
    what: 'a late end ends the leaf',
    file: 'leaf.ts',
    from: "orderOf(leaf, at) === 'late' ? null :",
    to: '',
  },
  {
    what: 'a late sample brings a leaf back',
    file: 'leaf.ts',
    from: "if (comparable && at.stampUs < end.stampUs) return 'history';",
    to: '',
  },
  {
    what: 'what was left out is not stored after all',
    file: 'leaf-samples.ts',
    from: 'if (!after.written && after.text !== text)',
    to: 'if (false)',
  },
  {
    what: 'a state that was told again is not remembered',
    file: 'leaf-samples.ts',
    from: "if (!isSame || order === 'newer')",
    to: 'if (!isSame)',
  },
  {
    what: 'a late number is stored whenever it is sent',
    file: 'leaf-samples.ts',
    from: 'if (leaf.late.has(stampUs, row.value))',
    to: 'if (false)',
  },
  {
    what: 'a gap is counted over',
    file: 'leaf-counting.ts',
    from: 'leaf.counts && leaf.valueGeneration === at.generation',
    to: 'leaf.counts',
  },
  {
    what: 'deletes of what nobody knew are forgotten',
    file: 'leaf-ends.ts',
    from: '      } else this.#end(leaf, at);\n    }\n    this.recent.add(container, at);',
    to: '      } else this.#end(leaf, at);\n    }',
  },
  {
    what: 'a clock that is set is one that runs fast',
    file: 'device-clock.ts',
    from: 'if (!creeps && wasKnown) return this.#step(heard, true);',
    to: '',
  },
  {
    what: 'an end that was none is not taken back',
    file: 'leaf-ends.ts',
    from: '      writer.end(leaf.ref, end.timeUs, true);\n',
    to: '',
  },
];

test.each(mutations)('they differ where $what', { timeout: 120_000 }, async (mutation) => {
  await using changed = await mutant(mutation);
  const seeds = Array.from({ length: 1_000 }, (_, seed) => seed);
  const found = seeds.find((seed) => difference(changed.normaliser, randomStream(seed)) !== null);
  expect(found).toBeDefined();
});
