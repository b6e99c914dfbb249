import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeviceId } from '../../../core/id.ts';
import {
  deviceTopicPrefix,
  formatTopic,
  groupCount,
  groupOf,
  parseTopic,
  type Topic,
} from '../../../core/telemetry/topic.ts';
import { holds } from '../../support/property.ts';

const leaf = '0198a000-0000-7000-8000-000000000001' as DeviceId;
const deviceId = fc.uuid().map((text) => text as DeviceId);
const sampleTopic = fc.record({
  kind: fc.constant('samples' as const),
  deviceId,
  group: fc.integer({ min: 0, max: groupCount - 1 }),
});

describe('topics', () => {
  test('samples of a device and group', () => {
    expect(formatTopic({ kind: 'samples', deviceId: leaf, group: 10 })).toBe(
      's.0198a000000070008000000000000001.0a',
    );
  });

  test('every topic is read back as it was written', () => {
    const others = fc.constantFrom<Topic>(
      { kind: 'events' },
      { kind: 'alarms' },
      { kind: 'cluster' },
    );
    holds([fc.oneof(sampleTopic, others)], (topic) => {
      expect(parseTopic(formatTopic(topic))).toEqual({ ok: true, value: topic });
    });
  });

  test('a device’s prefix holds its own topics and no other device’s', () => {
    holds([sampleTopic, deviceId], (topic, other) => {
      const text = formatTopic(topic);
      expect(text.startsWith(deviceTopicPrefix(topic.deviceId))).toBe(true);
      expect(text.startsWith(deviceTopicPrefix(other))).toBe(other === topic.deviceId);
    });
  });

  test.each([
    '',
    's.',
    's.00.0a',
    'x.',
    `${deviceTopicPrefix(leaf)}a`,
    `${deviceTopicPrefix(leaf)}0aa`,
  ])('"%s" is no topic', (text) => expect(parseTopic(text).ok).toBe(false));
});

describe('groups', () => {
  test('all leaves of one port are in one group', () => {
    const port = '/interfaces/interface[name=Ethernet1/1]';
    const group = groupOf(`${port}/state/counters/in-octets`);
    expect(groupOf(`${port}/state/oper-status`)).toBe(group);
    expect(groupOf(port)).toBe(group);
  });

  test('ports are spread over all groups', () => {
    const groups = new Set(
      Array.from({ length: 400 }, (_, at) =>
        groupOf(`/interfaces/interface[name=Ethernet${at}]/state`),
      ),
    );
    expect([...groups].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: groupCount }, (_, at) => at),
    );
  });
});
