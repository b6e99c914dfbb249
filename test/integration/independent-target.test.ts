import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { zeroNormaliseCounters } from '../../collector-daemon/normalise/normalise-counters.ts';
import { Normaliser } from '../../collector-daemon/normalise/normaliser.ts';
import { SeriesRegistry } from '../../collector-daemon/normalise/series-registry.ts';
import type { GnmiEndpoint } from '../../core/inventory/collection-target.ts';
import { formatPath } from '../../core/telemetry/path.ts';
import { quality } from '../../core/telemetry/sample.ts';
import type { LeafValue } from '../../core/telemetry/value.ts';
import * as gnmi from '../../proto/generated/gnmi/gnmi.ts';
import * as gnmiExt from '../../proto/generated/gnmi_ext/gnmi_ext.ts';
import { endpoint, leafOne, onChange, sampled } from '../support/collection.ts';
import { ManualTime } from '../support/manual-time.ts';
import { type PythonTarget, runPython, startPythonTarget } from '../support/python-target.ts';
import { pythonVenv } from '../support/python-venv.ts';
import { RecordedSamples } from '../support/recorded-samples.ts';
import { SessionProbe } from '../support/session-probe.ts';

const noonMs = 1_795_262_400_000;
const venv = await pythonVenv();
if ('problem' in venv) console.warn(`SKIPPED: no independent gNMI target here (${venv.problem})`);
const python = 'python' in venv ? venv.python : '';

describe.skipIf(python === '')('an independent gNMI implementation', () => {
  let target: PythonTarget;

  beforeAll(async () => {
    target = await startPythonTarget(python);
  });
  afterAll(() => target[Symbol.asyncDispose]());

  function open(path: string, access: Partial<GnmiEndpoint> = {}): SessionProbe {
    const time = new ManualTime(noonMs + 60_000);
    return SessionProbe.open(endpoint(target.port, access), [sampled(path)], time);
  }

  /** What the scenario stores, once `notifications` of it came. */
  async function stored(path: string, notifications: number) {
    using probe = open(path);
    await probe.until(() => probe.count('update') === notifications && probe.count('sync') === 1);
    const registry = new SeriesRegistry();
    const samples = new RecordedSamples();
    const counters = zeroNormaliseCounters();
    const normaliser = new Normaliser({ deviceId: leafOne, registry, writer: samples, counters });
    for (const notification of probe.notifications) normaliser.accept(notification);
    const rowsOf = (leaf: string) =>
      samples.rows.filter(({ series }) => registry.definition(series).path.endsWith(leaf));
    return { rowsOf, counters, probe };
  }

  test('says what it is', async () => {
    using probe = open('/values');
    await probe.untilState('streaming');
    expect(probe.state.target).toEqual({
      protocol: 'gnmi',
      gnmiVersion: '0.10.0',
      encodings: ['JSON_IETF', 'PROTO'],
      models: 1,
    });
  });

  test('hears our request as we mean it, with the login as metadata', async () => {
    const login = { username: 'noc', password: 'night' };
    const subscriptions = [sampled('/echo/x[name=a\\]b]', 10_000), onChange('cli:/y', 60_000)];
    using probe = SessionProbe.open(endpoint(target.port, login), subscriptions);
    await probe.untilState('streaming');
    const [[, heard] = ['', '{}']] = probe.updates();
    expect(JSON.parse(heard)).toEqual({
      login: ['noc', 'night'],
      request: {
        subscribe: {
          prefix: {},
          encoding: 'PROTO',
          subscription: [
            {
              path: { elem: [{ name: 'echo' }, { name: 'x', key: { name: 'a]b' } }] },
              mode: 'SAMPLE',
              sample_interval: '10000000000',
            },
            {
              path: { origin: 'cli', elem: [{ name: 'y' }] },
              mode: 'ON_CHANGE',
              heartbeat_interval: '60000000000',
            },
          ],
        },
      },
    });
  });

  test('a path it does not know is refused with its words', async () => {
    using probe = open('/nowhere');
    expect(await probe.untilFailure()).toMatch(
      /refused the request \(there is no \/nowhere here\)/,
    );
    expect(probe.state.name).toBe('refused');
  });

  test('every kind of value arrives exactly', async () => {
    using probe = open('/values');
    await probe.untilState('streaming');
    const [first] = probe.notifications;
    if (first?.kind !== 'update') throw new Error('expected an update');
    const uint = (value: bigint): LeafValue => ({ kind: 'uint', value });
    const text = (value: string): LeafValue => ({ kind: 'text', value });
    const values = first.updates.map(({ path, value }) => [
      formatPath(path).replace('/values', ''),
      value.kind === 'bytes' ? { ...value, value: [...value.value] } : value,
    ]);
    expect(values).toEqual([
      ['/string', text('Zürich ✓')],
      ['/int', { kind: 'int', value: -(2n ** 63n) }],
      ['/uint', uint(2n ** 64n - 1n)],
      ['/exact', uint(2n ** 53n + 1n)],
      ['/bool', { kind: 'bool', value: false }],
      ['/bytes', { kind: 'bytes', value: [0, 255] }],
      ['/float', { kind: 'double', value: 0.5 }],
      ['/decimal', { kind: 'decimal', digits: -1234n, precision: 2 }],
      ['/leaflist', { kind: 'list', items: [text('a'), uint(2n ** 64n - 1n)] }],
      ['/json/deep/number', uint(2n ** 53n + 1n)],
      ['/json/deep/text', text('UP')],
      ['/ietf/interface[name=Ethernet1/1]/name', text('Ethernet1/1')],
      ['/ietf/interface[name=Ethernet1/1]/state/counters/in-octets', uint(2n ** 64n - 1n)],
      ['/ietf/interface[name=a\\]b]/name', text('a]b')],
      ['/ietf/interface[name=a\\]b]/state/mtu', uint(9_216n)],
      ['/ietf/interface[name=a\\]b]/state/enabled', { kind: 'bool', value: true }],
      ['/ietf/interface[name=a\\]b]/state/tags', { kind: 'list', items: [text('x'), text('y')] }],
      ['/ascii', text('show version')],
      ['/double', { kind: 'double', value: -1e300 }],
      ['/legacy', uint(2n ** 53n + 1n)],
    ]);
    // Any, a protobuf message, and a value that is not set.
    expect(first.undecodable).toBe(3);
    expect(first.timestampNs).toBe(BigInt(noonMs) * 1_000_000n);
  });

  test.each([
    ['in-octets', [1, 2], [0, 0]],
    ['out-octets', [9, 5], [0, quality.wrap]],
    ['in-pkts', [5, 10], [0, quality.wrap]],
    // Down from 1,000 to 7, and nobody knows what is usual yet.
    ['out-pkts', [Number.NaN, 1], [quality.uncounted, 0]],
  ])('%s has exact deltas', async (leaf, deltas, bits) => {
    const { rowsOf } = await stored('/counters', 3);
    const rows = rowsOf(leaf);
    expect(rows).toMatchObject([
      { delta: Number.NaN, spanMs: -1 },
      { delta: deltas[0], spanMs: Number.isNaN(deltas[0]) ? -1 : 10_000, quality: bits[0] },
      { delta: deltas[1], spanMs: 10_000, quality: bits[1] },
    ]);
  });

  test('every way to write a path is brought to one form', async () => {
    using probe = open('/paths');
    await probe.untilState('streaming');
    expect(probe.updates().map(([path]) => path)).toEqual([
      '/interface[name=Ethernet1/1]/mtu',
      '/interface[name=a\\]b]/mtu',
      '/interface[name=a[b]/mtu',
      '/interface[name=back\\\\slash]/mtu',
      '/interface[name=k=v]/mtu',
      '/interface[name=Zürich ✓]/mtu',
      '/interface[name=]/mtu',
      '/interface[name=fe80::1]/mtu',
      '/x[a=1][b=2]/mtu',
      'vendor:/x/mtu',
      'vendor:/x/mtu',
      '/system/mtu',
      '/old/mtu',
    ]);
  });

  test('deletes, atomic messages, duplicates and repeats are applied as they are meant', async () => {
    const { rowsOf, counters } = await stored('/changes', 8);
    const octets = rowsOf('in-octets').map((row) =>
      row.kind === 'number' ? [row.value, row.delta] : [],
    );
    expect(octets).toEqual([
      [10, Number.NaN],
      [20, Number.NaN], // its predecessor was deleted before it
      [25, 5],
      [27, 2], // 26 stood in the same message
      [30, Number.NaN], // gone by the atomic message, and new again
    ]);
    expect(rowsOf('in-octets')[2]).toMatchObject({ quality: quality.coalesced });
    expect(rowsOf('in-pkts')).toMatchObject([
      { value: 10, delta: Number.NaN },
      { value: 1, delta: Number.NaN },
      { value: 3, delta: 2 },
    ]);
    expect(rowsOf('/name')).toHaveLength(1);
    expect(counters).toMatchObject({
      received: 11,
      repeated: 1,
      unchanged: 1,
      coalesced: 3,
      deleted: 3,
    });
  });

  test('reads every message that we write, and we read every message that it writes', async () => {
    const codecs: Record<
      string,
      { decode(bytes: Uint8Array): unknown; encode(message: never): { finish(): Uint8Array } }
    > = { ...gnmi, ...gnmiExt } as never;
    const written = await runPython(python, 'messages');
    expect(written.length).toBeGreaterThan(100);
    const again = written.map((line) => {
      const [kind = '', field, hex = ''] = line.split(' ');
      const codec = codecs[kind.slice(kind.indexOf('.') + 1)];
      if (codec === undefined) throw new Error(`${kind} is not generated`);
      const message = codec.decode(Buffer.from(hex, 'hex'));
      return `${kind} ${field} ${Buffer.from(codec.encode(message as never).finish()).toString('hex')}`;
    });
    expect(await runPython(python, 'compare', again)).toEqual([]);
  });
});
