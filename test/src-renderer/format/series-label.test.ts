import { describe, expect, it } from 'vitest';
import { keysLabel, seriesLabel } from '../../../src-renderer/format/series-label.ts';
import { allSeries } from '../../support/invented-network.ts';

const port = allSeries.find(
  ({ device, keys }) => device === 'leaf-01' && 'interface/name' in keys,
)!;

describe('series labels', () => {
  it('are device and keys', () => {
    expect(seriesLabel(port, 'device-and-keys')).toBe('leaf-01 · ethernet-1/1');
  });

  it('fall back on the device where there are no keys', () => {
    expect(seriesLabel({ ...port, keys: {} }, 'keys')).toBe('leaf-01');
  });

  it('name the outermost place first, however the keys are ordered', () => {
    const metric = '/components/component/transceiver/physical-channels/channel/state/x';
    const keys = { 'channel/index': '0', 'component/name': 'Ethernet1/1-optic' };
    expect(keysLabel({ metric, keys })).toBe('Ethernet1/1-optic · 0');
  });
});
