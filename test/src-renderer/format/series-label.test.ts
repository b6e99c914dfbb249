import { describe, expect, it } from 'vitest';
import { seriesLabels } from '../../../src-renderer/format/series-label.ts';
import { allSeries } from '../../support/invented-network.ts';

const ports = allSeries.filter(
  ({ device, keys }) => device === 'leaf-01' && 'interface/name' in keys,
);

describe('series labels', () => {
  it('are device and keys', () => {
    const [first] = ports;
    expect([...seriesLabels([first!], 'device-and-keys').values()]).toEqual([
      'leaf-01 · ethernet-1/1',
    ]);
  });

  it('tell apart what would read alike', () => {
    const labels = [...seriesLabels(ports, 'keys').values()];
    expect(new Set(labels).size).toBe(labels.length);
    expect(labels).toContain('ethernet-1/1 · in-octets');
  });

  it('fall back on the device where there are no keys', () => {
    const bare = { ...ports[0]!, keys: {} };
    expect(seriesLabels([bare], 'keys').get(bare.id)).toBe('leaf-01');
  });
});
