/** Arbitrary columns of samples, with NaN, infinities and every character. */
import * as fc from 'fast-check';
import type { DeviceId, Epoch } from '../../core/id.ts';
import { sampleBatch, seriesDefinition } from './sample-batch.ts';

const numberRow = (refs: number) =>
  fc.record({
    ref: fc.nat(refs - 1),
    timeUs: fc.integer({ min: 0, max: 2 ** 51 }),
    value: fc.double(),
    delta: fc.double(),
    spanMs: fc.integer({ min: -1, max: 2 ** 31 - 1 }),
    quality: fc.nat(0xffff),
  });

const textRow = (refs: number) =>
  fc.record({
    ref: fc.nat(refs - 1),
    timeUs: fc.integer({ min: 0, max: 2 ** 51 }),
    value: fc.string({ unit: 'binary', maxLength: 8 }),
  });

const endRow = (refs: number) =>
  fc.record({
    ref: fc.nat(refs - 1),
    timeUs: fc.integer({ min: 0, max: 2 ** 51 }),
    withdrawn: fc.boolean(),
  });

const devices = ['0198a000-0000-7000-8000-000000000001', '0198a000-0000-7000-8000-000000000002'];

/** A batch that introduces `refs` series of two devices and has rows of them. */
export const arbitraryBatch = fc.integer({ min: 1, max: 24 }).chain((refs) =>
  fc
    .record({
      numbers: fc.array(numberRow(refs), { maxLength: 30 }),
      texts: fc.array(textRow(refs), { maxLength: 10 }),
      ends: fc.array(endRow(refs), { maxLength: 5 }),
    })
    .map((rows) =>
      sampleBatch({
        ...rows,
        received: devices.map((deviceId, at) => ({
          deviceId: deviceId as DeviceId,
          epoch: (at + 5) as Epoch,
          fromMs: at,
          toMs: at + 100,
        })),
        introduces: Array.from({ length: refs }, (_, ref) =>
          seriesDefinition(
            ref,
            devices[ref % 2] as DeviceId,
            `/interfaces/interface[name=Ethernet1/${ref}]/state/counters/in-octets`,
          ),
        ),
      }),
    ),
);
