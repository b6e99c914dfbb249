import { describe, expect, test } from 'vitest';
import { TopicSplitter } from '../../../collector-daemon/sink/topic-splitter.ts';
import { decodeSamplePayload, type SamplePayload } from '../../../core/telemetry/sample-codec.ts';
import { deviceTopicPrefix, formatTopic, groupOf } from '../../../core/telemetry/topic.ts';
import { arbitraryBatch } from '../../support/arbitrary-samples.ts';
import { leafOne } from '../../support/collection.ts';
import { holds } from '../../support/property.ts';
import { sampleBatch, seriesDefinition } from '../../support/sample-batch.ts';

function decoded(payload: Uint8Array): SamplePayload {
  const samples = decodeSamplePayload(payload);
  if (!samples.ok) throw new Error(samples.problem);
  return samples.value;
}

function rowsOf({
  numbers,
  texts,
  ends,
}: Pick<SamplePayload, 'numbers' | 'texts' | 'ends'>): string[] {
  const { series, timeUs, value, delta, spanMs, quality } = numbers;
  return [
    ...Array.from(series, (ref, at) =>
      [ref, timeUs[at], value[at], delta[at], spanMs[at], quality[at]].join(' '),
    ),
    ...Array.from(texts.series, (ref, at) => `${ref} ${texts.timeUs[at]} ${texts.value[at]}`),
    ...Array.from(ends.series, (ref, at) => `${ref} ${ends.timeUs[at]} ${ends.withdrawn[at]}`),
  ];
}

describe('splitting a batch by topic', () => {
  test('every row and every definition lands in exactly one topic: its own', () => {
    holds([arbitraryBatch], (batch) => {
      const topicOf = (ref: number) => {
        const { deviceId, path } = batch.introduces[ref]!;
        return formatTopic({ kind: 'samples', deviceId, group: groupOf(path) });
      };
      const parts = new TopicSplitter().split(batch);
      const frames = parts.map(({ topic, codec }) => `${topic} ${codec}`);
      expect(new Set(frames).size).toBe(parts.length);
      for (const { topic, codec, payload, introduced, origin } of parts) {
        const { epoch, fromMs, toMs } = batch.received.find(({ deviceId }) =>
          topic.startsWith(deviceTopicPrefix(deviceId)),
        )!;
        expect(origin).toEqual({ epoch, receivedFromMs: fromMs, receivedToMs: toMs });
        const { introduces, numbers, texts, ends } = decoded(payload);
        expect(introduces).toEqual(introduced);
        // Whoever passes over the frames with ends misses nothing else.
        const others = introduces.length + numbers.series.length + texts.series.length;
        expect([codec === 'columns-1.1', others === 0]).toEqual(
          ends.series.length > 0 ? [true, true] : [false, false],
        );
        const refs = [introduces.map(({ ref }) => ref), numbers.series, texts.series, ends.series]
          .map((list) => [...list])
          .flat();
        expect(refs.filter((ref) => topicOf(ref) !== topic)).toEqual([]);
      }
      const all = parts.map(({ payload }) => decoded(payload));
      expect(all.flatMap(rowsOf).toSorted()).toEqual(rowsOf(batch).toSorted());
      const introduced = all.flatMap(({ introduces }) => introduces.map(({ ref }) => ref));
      expect(introduced.toSorted((left, right) => left - right)).toEqual(
        batch.introduces.map(({ ref }) => ref),
      );
    });
  });

  test('rows of one topic keep their order', () => {
    const introduces = [seriesDefinition(0, leafOne, '/a')];
    const numbers = [3, 1, 2].map((value) => ({ ref: 0, timeUs: value, value }));
    const [part] = new TopicSplitter().split(sampleBatch({ introduces, numbers }));
    expect([...decoded(part!.payload).numbers.value]).toEqual([3, 1, 2]);
  });

  test('a series introduced by an earlier batch keeps its topic', () => {
    const splitter = new TopicSplitter();
    const numbers = [{ ref: 0, timeUs: 1, value: 1 }];
    const introduces = [seriesDefinition(0, leafOne, '/interface[name=e1]/in-octets')];
    const [first] = splitter.split(sampleBatch({ introduces, numbers }));
    const [second] = splitter.split(sampleBatch({ sequence: 2, numbers }));
    expect(second!.topic).toBe(first!.topic);
    expect(second!.introduced).toEqual([]);
  });

  test('a series whose rows come later is introduced under no epoch', () => {
    const introduces = [seriesDefinition(0, leafOne, '/a')];
    const [part] = new TopicSplitter().split(sampleBatch({ introduces }));
    expect(part).toMatchObject({ introduced: introduces, origin: null });
  });
});
