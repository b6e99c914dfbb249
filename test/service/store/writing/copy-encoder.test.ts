import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { copyFromStdin } from '../../../../service/store/writing/copy-in.ts';
import { CopyEncoder } from '../../../../service/store/writing/copy-encoder.ts';
import { testDatabase } from '../../../support/database.ts';

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

describe('binary COPY', () => {
  test('writes the bytes of the PostgreSQL manual', () => {
    const encoder = new CopyEncoder();
    encoder.row(3);
    encoder.int2(-2);
    encoder.null();
    encoder.text('é');
    expect(hex(encoder.finish())).toBe(
      [
        '5047434f50590aff0d0a00', // signature
        '00000000', // flags
        '00000000', // header extension
        '0003', // three fields
        '00000002fffe',
        'ffffffff',
        '00000002c3a9',
        'ffff', // end
      ].join(''),
    );
  });

  test('counts time from 2000', () => {
    const encoder = new CopyEncoder();
    encoder.row(1);
    encoder.timestamptz(Date.UTC(2000, 0, 1) * 1_000 - 1);
    expect(hex(encoder.finish()).slice(38)).toBe('000100000008ffffffffffffffffffff');
  });

  test('values of every kind come back from PostgreSQL as they went in', async () => {
    await using db = await testDatabase();
    await db.pool.query(
      'create table trip (at int, t timestamptz, i8 bigint, f float8, i4 int, i2 smallint, s text)',
    );
    using client = await db.connect();
    const row = fc.record({
      timeUs: fc.integer({ min: Date.UTC(1715) * 1_000, max: Date.UTC(2255) * 1_000 }),
      i8: fc.maxSafeInteger(),
      f: fc.double({ noNaN: true }),
      i4: fc.option(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
      i2: fc.option(fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 })),
      s: fc.string({ unit: 'grapheme', maxLength: 300 }).map((text) => text.replaceAll('\0', '')),
    });
    const check = fc.asyncProperty(fc.array(row, { maxLength: 50 }), async (rows) => {
      // Starts tiny, so growing is exercised too.
      const encoder = new CopyEncoder(1);
      const pieces: Uint8Array[] = [];
      for (const [at, { timeUs, i8, f, i4, i2, s }] of rows.entries()) {
        if (at % 7 === 6) pieces.push(encoder.take());
        encoder.row(7);
        encoder.int4(at);
        encoder.timestamptz(timeUs);
        encoder.int8(i8);
        encoder.float8(f);
        if (i4 === null) encoder.null();
        else encoder.int4(i4);
        if (i2 === null) encoder.null();
        else encoder.int2(i2);
        encoder.text(s);
      }
      await client.query('truncate trip');
      await copyFromStdin(client)('copy trip from stdin (format binary)', [
        ...pieces,
        encoder.finish(),
      ]);
      const back = await client.query(
        `select (extract(epoch from t) * 1000000)::bigint as "timeUs", i8, f, i4, i2, s from trip order by at`,
      );
      expect(back.rows).toEqual(rows);
    });
    await fc.assert(check, { numRuns: 60 });
  });
});
