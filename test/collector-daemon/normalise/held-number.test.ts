import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Normaliser } from '../../../collector-daemon/normalise/normaliser.ts';
import { zeroNormaliseCounters } from '../../../collector-daemon/normalise/normalise-counters.ts';
import { SeriesRegistry } from '../../../collector-daemon/normalise/series-registry.ts';
import { notificationFromWire } from '../../../collector-daemon/session/gnmi/notification-codec.ts';
import type { DeviceId } from '../../../core/id.ts';
import type { DataTrouble } from '../../../core/telemetry/data-trouble.ts';
import { holds } from '../../support/property.ts';
import { RecordedSamples } from '../../support/recorded-samples.ts';
import { jsonIetf, wireNotification, wirePath, wireUpdate } from '../../support/wire.ts';

const noonNs = 1_700_000_000_000_000_000n;

/** What is stored of a leaf that says one JSON value after the other, a second apart. */
function storedOf(leaf: string, values: readonly unknown[]) {
  const registry = new SeriesRegistry();
  const samples = new RecordedSamples();
  const counters = zeroNormaliseCounters();
  const troubles: DataTrouble[] = [];
  const normaliser = new Normaliser({
    deviceId: '00000000-0000-0000-0000-000000000001' as DeviceId,
    registry,
    writer: samples,
    counters,
    troubles: { noticed: (trouble) => troubles.push(trouble) },
  });
  for (const [at, value] of values.entries()) {
    const timestamp = noonNs + BigInt(at) * 1_000_000_000n;
    const update = [wireUpdate(wirePath(['x', 'state', leaf]), jsonIetf(JSON.stringify(value)))];
    const wire = wireNotification({ timestamp, update });
    normaliser.accept(notificationFromWire(wire, Number(timestamp / 1_000_000n)));
  }
  const numbers = samples.rows.flatMap((row) => (row.kind === 'number' ? [row] : []));
  const texts = samples.rows.flatMap((row) => (row.kind === 'text' ? [row] : []));
  return { registry, numbers, texts, ends: samples.ends, counters, troubles };
}

describe('a leaf that is measured', () => {
  test('stays a number where it says a word, which is told with its path', () => {
    const { registry, numbers, texts, ends, counters, troubles } = storedOf('in-octets', [
      '10',
      'N/A',
      '25',
    ]);
    expect(registry.size).toBe(1);
    expect(numbers.map(({ value, delta }) => [value, delta])).toEqual([
      [10, Number.NaN],
      [25, 15],
    ]);
    expect([texts, ends]).toEqual([[], []]);
    expect(counters).toMatchObject({ received: 3, undecodable: 1 });
    expect(troubles).toMatchObject([
      { kind: 'undecodable', path: '/x/state/in-octets', count: 1, value: 'N/A' },
    ]);
  });

  test('that said words at first becomes a number once, for good', () => {
    const { registry, numbers, texts } = storedOf('output-power', ['off', '1.5', 'off', '1.50']);
    expect(texts.map(({ value }) => value)).toEqual(['off']);
    expect(numbers.map(({ value }) => value)).toEqual([1.5, 1.5]);
    expect(registry.size).toBe(2);
  });
});

test('once a number, a leaf of such a name is never text again, whatever it says', () => {
  const said = fc.oneof(
    fc.constantFrom('N/A', '1.1', '1.10', '1e3', '007', 'up', '', '-', 'NaN'),
    fc.integer().map(String),
    fc.integer(),
    fc.boolean(),
  );
  holds([fc.array(said, { maxLength: 12 })], (values) => {
    const { numbers, texts, counters } = storedOf('cpu-load', values);
    const firstUs = numbers[0]?.timeUs ?? Infinity;
    expect(texts.filter(({ timeUs }) => timeUs > firstUs)).toEqual([]);
    const { unchanged, repeated, undecodable } = counters;
    expect(numbers.length + texts.length + unchanged + repeated + undecodable).toBe(values.length);
  });
});
