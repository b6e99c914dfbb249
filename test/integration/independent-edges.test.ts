/** The edges of what an independent gNMI implementation can send: each kind's limits, old fields, deletes, odd keys. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { zeroNormaliseCounters } from '../../collector-daemon/normalise/normalise-counters.ts';
import { Normaliser } from '../../collector-daemon/normalise/normaliser.ts';
import { SeriesRegistry } from '../../collector-daemon/normalise/series-registry.ts';
import { formatPath } from '../../core/telemetry/path.ts';
import { quality } from '../../core/telemetry/sample.ts';
import { type LeafValue, textOf } from '../../core/telemetry/value.ts';
import { endpoint, leafOne, sampled } from '../support/collection.ts';
import { ManualTime } from '../support/manual-time.ts';
import { type PythonTarget, startPythonTarget } from '../support/python-target.ts';
import { pythonVenv } from '../support/python-venv.ts';
import { RecordedSamples } from '../support/recorded-samples.ts';
import { SessionProbe } from '../support/session-probe.ts';

const noonMs = 1_795_262_400_000;
const venv = await pythonVenv();
if ('problem' in venv) console.warn(`SKIPPED: no independent gNMI target here (${venv.problem})`);
const python = 'python' in venv ? venv.python : '';

describe.skipIf(python === '')('an independent target', () => {
  let target: PythonTarget;

  beforeAll(async () => {
    target = await startPythonTarget(python);
  });
  afterAll(() => target[Symbol.asyncDispose]());

  function open(scenario: string): SessionProbe {
    const time = new ManualTime(noonMs + 60_000);
    return SessionProbe.open(endpoint(target.port), [sampled(`/${scenario}`)], time);
  }

  /** Kind and text of each leaf by its path below the scenario's, and how many values were none. */
  async function valuesOf(scenario: string) {
    using probe = open(scenario);
    await probe.untilState('streaming');
    const [first] = probe.notifications;
    if (first?.kind !== 'update') throw new Error('expected an update');
    const values = first.updates.map(({ path, value }): [string, string] => [
      formatPath(path).slice(scenario.length + 2),
      `${value.kind} ${shown(value)}`,
    ]);
    return { values: Object.fromEntries(values), undecodable: first.undecodable };
  }

  function shown(value: LeafValue): string {
    return value.kind === 'list' ? value.items.map((item) => textOf(item)).join() : textOf(value);
  }

  /** What the scenario stores, once so many notifications of it came. */
  async function stored(scenario: string, notifications: number) {
    using probe = open(scenario);
    await probe.until(() => probe.count('update') === notifications && probe.count('sync') === 1);
    const registry = new SeriesRegistry();
    const samples = new RecordedSamples();
    const counters = zeroNormaliseCounters();
    const normaliser = new Normaliser({ deviceId: leafOne, registry, writer: samples, counters });
    for (const notification of probe.notifications) normaliser.accept(notification);
    const pathOf = (series: number) => registry.definition(series).path;
    return { samples, pathOf };
  }

  test('scalars arrive exactly at the limits of their kinds', async () => {
    expect(await valuesOf('scalars')).toEqual({
      values: {
        'empty-string': 'text ',
        control: 'text a\0b\r\n',
        'int-zero': 'int 0',
        infinite: 'double Infinity',
        'int-most': 'int 9223372036854775807',
        'uint-zero': 'uint 0',
        true: 'bool true',
        nan: 'double NaN',
        'no-bytes': 'bytes ',
        'whole-decimal': 'decimal 9007199254740993',
        'fine-decimal': 'decimal -0.000000000000000001',
        tiny: 'double 5e-324',
        'no-items': 'list ',
        items: 'list true,-9223372036854775808,1.5,/w==,18446744073709551615',
      },
      // More digits than a decimal64 has, a list in a list, and what is no number at all.
      undecodable: 2,
    });
  });

  test('JSON is read as RFC 7951 writes it', async () => {
    const { values, undecodable } = await valuesOf('json-values');
    expect(values).toEqual({
      number: 'uint 9007199254740993',
      'in-octets': 'uint 18446744073709551615',
      offset: 'int -9223372036854775808',
      delay: 'decimal -12.340',
      // Nothing says that these are numbers.
      quoted: 'text 18446744073709551615',
      'peer-group': 'text 1.10',
      version: 'text 1.10',
      exponent: 'double 1000',
      boolean: 'bool false',
      text: 'text Zürich ✓',
      padded: 'text 007',
      present: 'bool true',
      list: 'list a,1,true',
      'module/ethernet/port-speed': 'text openconfig-if-ethernet:SPEED_10GB',
      'two-keys/protocol[identifier=BGP][name=b\\]g]/identifier': 'text BGP',
      'two-keys/protocol[identifier=BGP][name=b\\]g]/name': 'text b]g',
      'two-keys/protocol[identifier=BGP][name=b\\]g]/state/enabled': 'bool true',
      ...Object.fromEntries(
        [
          ['Ethernet1/1', 'Ethernet1/1'],
          ['a]b', 'a\\]b'],
          ['back\\slash', 'back\\\\slash'],
          ['k=v', 'k=v'],
          ['Zürich ✓', 'Zürich ✓'],
          ['', ''],
        ].flatMap(([name, key]) => [
          [`interfaces/interface[name=${key}]/name`, `text ${name}`],
          [`interfaces/interface[name=${key}]/state/mtu`, 'uint 1'],
        ]),
      ),
    });
    // An entry without a key, JSON cut short, bytes that are no UTF-8.
    expect(undecodable).toBe(3);
  });

  test('the fields of old targets are read, and a new one beside them counts', async () => {
    expect(await valuesOf('legacy')).toEqual({
      values: {
        'JSON/deep': 'text 18446744073709551615',
        JSON_IETF: 'text 9007199254740993',
        BYTES: 'bytes AP8=',
        ASCII: 'text Zürich',
        both: 'uint 2',
      },
      undecodable: 1,
    });
  });

  test.each([
    ['int/in-octets', [1, 2], 0],
    ['decimal/in-octets', [1, 2], 0],
    ['json/in-octets', [1, 2], 0],
    ['ietf/in-octets', [1, 2], 0],
    ['wrapping/in-octets', [9, 5], quality.wrap],
    ['cut/state/out-octets', [1, 2], 0],
  ])('the counter %s has exact deltas', async (path, deltas, lastQuality) => {
    const { samples, pathOf } = await stored('other-counters', 6);
    const rows = samples.rows.filter(({ series }) => pathOf(series) === `/other-counters/${path}`);
    expect(rows).toMatchObject([
      { delta: Number.NaN },
      { delta: deltas[0], spanMs: 10_000, quality: 0 },
      { delta: deltas[1], spanMs: 10_000, quality: lastQuality },
    ]);
  });

  test('a delete reaches what it names, however it is written, and nothing else', async () => {
    const { samples, pathOf } = await stored('deletes', 8);
    const ended = samples.ends.map(([series, timeUs]) => [
      timeUs / 1e6 - noonMs / 1_000,
      pathOf(series).replace('/ports/port', ''),
    ]);
    const bySecond = Object.groupBy(ended, ([second]) => String(second));
    const paths = (second: number) =>
      (bySecond[second] ?? []).map(([, path]) => String(path)).toSorted((a, b) => (a < b ? -1 : 1));
    expect(paths(1)).toEqual(['[name=Ethernet1/1]/state/mtu']);
    expect(paths(2)).toEqual([
      '[name=a\\]b]/state/in-octets',
      '[name=a\\]b]/state/mtu',
      '[name=back\\\\slash]/state/in-octets',
      '[name=back\\\\slash]/state/mtu',
    ]);
    expect(paths(3)).toEqual(['[name=Zürich ✓]/state/in-octets', '[name=Zürich ✓]/state/mtu']);
    expect(paths(4)).toEqual(
      ['Ethernet1/1', 'eth4', 'eth5', 'eth6', 'eth7'].map(
        (name) => `[name=${name}]/state/in-octets`,
      ),
    );
    expect(paths(5)).toEqual(['[name=eth4]/state/mtu']);
    expect(paths(6)).toEqual(['[name=eth5]/state/mtu']);
    expect(paths(7)).toEqual([]);
    // One that comes back is a counter that starts anew.
    expect(samples.rows.at(-1)).toMatchObject({ value: 7, delta: Number.NaN });
  });

  test('an error in the stream ends the session with the target’s words', async () => {
    using probe = open('failing');
    expect(await probe.untilFailure()).toMatch(
      /^127\.0\.0\.1:\d+ reported an error in the stream \(line card 3 is on fire\)$/,
    );
    expect(probe.state.name).toBe('backing-off');
  });

  test('headers in extensions and a false sync_response say nothing', async () => {
    using probe = open('extended');
    await probe.untilState('streaming');
    expect(probe.notifications.map(({ kind }) => kind)).toEqual(['update', 'sync']);
    expect(probe.updates()).toEqual([['/extended', '1']]);
  });
});
