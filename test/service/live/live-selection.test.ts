import { describe, expect, test } from 'vitest';
import type { SeriesInfo } from '../../../core/contract/query.ts';
import type { DeviceId, SeriesId } from '../../../core/id.ts';
import { LiveSelection } from '../../../service/live/live-selection.ts';
import { deviceTopicPrefix } from '../../../core/telemetry/topic.ts';
import { seriesDefinition } from '../../support/sample-batch.ts';

const deviceId = '0198a000-0000-7000-8000-000000000001' as DeviceId;
const octets = '/interfaces/interface[name=Ethernet1/1]/state/counters/in-octets';
const known: SeriesInfo = {
  ...seriesDefinition(0, deviceId, octets),
  id: 7 as SeriesId,
  device: 'leaf-01',
};
const stranger = seriesDefinition(1, deviceId, octets.replace('1/1', '1/2'));

describe('series of a live query', () => {
  test('named by id, none can join, and only their own topics are wanted', () => {
    const selectors = [{ path: '/interfaces', seriesIds: [known.id] }];
    const closed = new LiveSelection(selectors);
    closed.add([known]);
    expect(closed.isClosed).toBe(true);
    expect(closed.mayMatch(stranger)).toBe(false);
    const [topic, ...more] = closed.topics(selectors);
    expect(more).toEqual([]);
    expect(topic!.length).toBeGreaterThan(deviceTopicPrefix(deviceId).length);
  });

  test('selected by path, others may join, and all of the device is wanted', () => {
    const selectors = [{ path: '/interfaces' }];
    const open = new LiveSelection(selectors);
    open.add([known]);
    expect(open.isClosed).toBe(false);
    expect(open.mayMatch(stranger)).toBe(true);
    expect(open.topics(selectors)).toEqual([deviceTopicPrefix(deviceId)]);
  });

  test('of one leaf have one place, told by the one that lives; a later one is told of anew', () => {
    const old = { ...known, kind: 'gauge', id: 3 as SeriesId, replacedBy: known.id } as const;
    const living = { ...known, replacedBy: null };
    const open = new LiveSelection([{ path: '/interfaces' }]);
    expect(open.add([old, living]).map(({ id }) => id)).toEqual([known.id]);
    const asGauge = { ...seriesDefinition(2, deviceId, octets), kind: 'gauge' } as const;
    expect([open.placeOf(asGauge), open.placeOf(seriesDefinition(3, deviceId, octets))]).toEqual([
      0, 0,
    ]);
    const state = {
      ...known,
      kind: 'state',
      unit: '1',
      id: 9 as SeriesId,
      replacedBy: null,
    } as const;
    const links = [{ ...old, replacedBy: state.id }, { ...living, replacedBy: state.id }, state];
    expect(open.add(links).map(({ id }) => id)).toEqual([state.id]);
    expect(open.placeOf(seriesDefinition(3, deviceId, octets))).toBe(0);
  });
});
