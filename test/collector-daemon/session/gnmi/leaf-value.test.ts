import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { notificationFromWire } from '../../../../collector-daemon/session/gnmi/notification-codec.ts';
import { formatPath } from '../../../../core/telemetry/path.ts';
import { type LeafValue, numberOf, textOf } from '../../../../core/telemetry/value.ts';
import type { TypedValue } from '../../../../proto/generated/gnmi/gnmi.ts';
import { holds } from '../../../support/property.ts';
import { jsonIetf, typed, wireNotification, wirePath, wireUpdate } from '../../../support/wire.ts';

/** The value of the leaf at a path, or where it could not be decoded. */
function decode(path: string, val: TypedValue): LeafValue | { readonly undecodedAt: string } {
  const { updates, undecodedAt } = notificationFromWire(
    wireNotification({ update: [wireUpdate(wirePath(path.split('/').slice(1)), val)] }),
    0,
  );
  const [lost] = undecodedAt ?? [];
  return lost === undefined ? updates[0]!.value : { undecodedAt: formatPath(lost) };
}

const bytes = (...value: number[]) => typed({ $case: 'bytesVal', value: Uint8Array.from(value) });
const string = (value: string) => typed({ $case: 'stringVal', value });
const quoted = (value: string) => jsonIetf(JSON.stringify(value));
const psu = '/components/component/power-supply/state';

describe('a float of four bytes', () => {
  test.each<[string, TypedValue, number]>([
    ['input-current', bytes(0x3f, 0xc0, 0, 0), 1.5],
    ['output-power', quoted('RKeAAA=='), 1_340],
    ['input-voltage', bytes(0x43, 0x66, 0x19, 0x9a), 230.1],
    ['output-voltage', bytes(0xbd, 0xcc, 0xcc, 0xcd), -0.1],
    ['output-current', bytes(0, 0, 0, 0), 0],
    ['capacity', quoted('RLuAAA=='), 1_500],
    // Targets that do not keep to the model.
    ['output-power', quoted('1340.5'), 1_340.5],
    ['output-power', jsonIetf('1340'), 1_340],
    ['output-power', string('1340'), 1_340],
    ['output-power', typed({ $case: 'doubleVal', value: 1.25 }), 1.25],
  ])('%s of %o', (leaf, val, expected) => {
    expect(numberOf(decode(`${psu}/${leaf}`, val) as LeafValue)).toBe(expected);
  });

  test.each<[string, TypedValue]>([
    ['of three bytes', bytes(1, 2, 3)],
    ['of five bytes', bytes(1, 2, 3, 4, 5)],
    ['in bad base64', quoted('RKeA!A==')],
    ['in the base64 of three bytes', quoted('AQID')],
    ['in words', quoted('unknown')],
  ])('%s is told as undecodable, with its path', (_what, val) => {
    expect(decode(`${psu}/input-current`, val)).toEqual({ undecodedAt: `${psu}/input-current` });
  });

  test('elsewhere four bytes are bytes', () => {
    expect(decode('/a/state/checksum', bytes(0x3f, 0xc0, 0, 0))).toMatchObject({ kind: 'bytes' });
    expect(decode('/a/state/checksum', quoted('RKeAAA=='))).toMatchObject({ kind: 'text' });
  });
});

describe('what identifies something', () => {
  const names =
    `peer-group software-version firmware-revision serial-no part-no serial-number name hostname
    interface-name description alias local-as peer-as as-path mac-address ip-address address router-id group-id
    session-id community ext-community route-distinguisher vlan-name prefix next-hop os-version
    hardware_version serialNum modelName vrf label host user tag neighbor`.split(/\s+/);
  const looks = ['1.10', '1.1', '007', '65000.10', '42', '-5', '1e3', '4.20', '10.0', '0', ''];

  test.each(names)('%s is text where JSON quotes it', (name) => {
    for (const look of looks) {
      expect(decode(`/a/state/${name}`, quoted(look))).toEqual({ kind: 'text', value: look });
      expect(decode(`/a/state/${name}`, string(look))).toEqual({ kind: 'text', value: look });
    }
  });

  test('a version is text also where it is not quoted, with all its digits', () => {
    for (const look of ['1.10', '4', '1e3', '4.20']) {
      expect(decode('/a/state/version', jsonIetf(look))).toEqual({ kind: 'text', value: look });
    }
    expect(decode('/a/state/local-as', jsonIetf('65000.10'))).toEqual({
      kind: 'text',
      value: '65000.10',
    });
  });

  test('of another encoding the type is said, and counts', () => {
    const three = typed({ $case: 'uintVal', value: 3n });
    expect(decode('/a/state/version', three)).toEqual({ kind: 'uint', value: 3n });
  });

  test('an integer that JSON does not quote is a number', () => {
    for (const name of ['group-id', 'vlan-id', 'local-as', 'ifindex']) {
      expect(decode(`/a/state/${name}`, jsonIetf('7'))).toEqual({ kind: 'uint', value: 7n });
    }
  });
});

describe('a text that says a number', () => {
  test.each([
    ['/interfaces/interface/state/counters/in-octets', '18446744073709551615', 'uint'],
    ['/infra/generic-counters/bytes-received', '9007199254740993', 'uint'],
    ['/components/component/state/temperature/instant', '-0.50', 'decimal'],
    ['/components/component/optical-channel/state/osnr/avg', '1e3', 'double'],
    ['/interfaces/interface/statistics/tx-kbps', '+5', 'uint'],
    ['/interfaces/interface/statistics/rx-pps', '007', 'uint'],
  ])('is one under %s: %s', (path, text, kind) => {
    for (const val of [quoted(text), string(text)]) {
      const value = decode(path, val) as LeafValue;
      expect([value.kind, numberOf(value)]).toEqual([kind, Number(text)]);
    }
  });

  test.each(['/a/state/whatever', '/a/state/quoted', '/a/state/status', '/a/state/oper-mode'])(
    'is text under %s, of which nothing says that it is measured',
    (path) => {
      expect(decode(path, quoted('42'))).toEqual({ kind: 'text', value: '42' });
      expect(decode(path, jsonIetf('42'))).toEqual({ kind: 'uint', value: 42n });
    },
  );

  test.each(['NaN', 'nan', '-inf', 'Infinity', '+Inf'])('%s is no number, and no text', (text) => {
    const path = '/interfaces/interface/state/counters/in-octets';
    expect(decode(path, quoted(text))).toEqual({ undecodedAt: path });
  });

  test('what a measure says in words is text', () => {
    const path = '/a/state/output-power/instant';
    expect(decode(path, quoted('N/A'))).toEqual({ kind: 'text', value: 'N/A' });
  });
});

test.each<[string, TypedValue]>([['JSON beyond what a double holds', jsonIetf('1e999')]])(
  '%s is told as undecodable, with its path',
  (_what, val) => {
    expect(decode('/a/state/whatever', val)).toEqual({ undecodedAt: '/a/state/whatever' });
  },
);

test('no leaf is a number for one value and text for another, whatever numbers look like', () => {
  const numeral = fc.oneof(
    fc.stringMatching(/^[+-]?\d{1,20}(\.\d{1,20})?(e[+-]?\d{1,2})?$/),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }).map(String),
    fc.constantFrom('1.1', '1.10', '1e3', '007', '-0', '0.0'),
  );
  const word = fc.constantFrom(
    ...'in out bytes octets peer group version id name rate total power temperature state count as'.split(
      ' ',
    ),
  );
  const leaf = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join('-'));
  holds([leaf, fc.array(numeral, { minLength: 2 })], (name, numerals) => {
    const kinds = numerals.map((text) => {
      const value = decode(`/a/state/${name}`, quoted(text));
      return 'kind' in value && value.kind === 'text' ? `text ${textOf(value) === text}` : 'number';
    });
    expect(new Set(kinds).size).toBe(1);
    expect(kinds).not.toContain('text false');
  });
});

test.each<[TypedValue, number]>([
  [typed({ $case: 'doubleVal', value: Number.NaN }), Number.NaN],
  [typed({ $case: 'floatVal', value: Number.NEGATIVE_INFINITY }), Number.NEGATIVE_INFINITY],
  [bytes(0x7f, 0xc0, 0, 0), Number.NaN],
  [bytes(0xff, 0x80, 0, 0), Number.NEGATIVE_INFINITY],
])('a number that is none goes on, for the store sets it aside: %o', (val, expected) => {
  expect(numberOf(decode(`${psu}/input-current`, val) as LeafValue)).toBe(expected);
});
