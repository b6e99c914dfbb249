import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  decodeFeedHeader,
  encodeFeedHeader,
  type FeedHeader,
  feedMajor,
} from '../../../core/telemetry/feed-frame.ts';

const header: FeedHeader = {
  v: feedMajor,
  cluster: 'nocturne',
  publisher: 'col-1/0',
  incarnation: 1_800_000_000_000,
  sequence: 7,
  codec: 'columns-1',
  sentAtMs: 1_800_000_000_001,
  epoch: 3,
  receivedFromMs: 1_799_999_999_700,
  receivedToMs: 1_799_999_999_950,
};

/** What programs of version 1 knew of it before there were epochs. */
const firstHeader = z.object({
  v: z.int(),
  cluster: z.string(),
  publisher: z.string(),
  incarnation: z.number(),
  sequence: z.number(),
  codec: z.string(),
  sentAtMs: z.number(),
});

function decodeJson(json: unknown) {
  return decodeFeedHeader(new TextEncoder().encode(JSON.stringify(json)));
}

describe('the header of a feed frame', () => {
  test('is read back as it was written', () => {
    expect(decodeFeedHeader(encodeFeedHeader(header))).toEqual({ ok: true, value: header });
  });

  test('is read by programs that know of no epochs, and theirs is read here', () => {
    const { epoch: _, receivedFromMs: _from, receivedToMs: _to, ...first } = header;
    const written: unknown = JSON.parse(new TextDecoder().decode(encodeFeedHeader(header)));
    expect(firstHeader.parse(written)).toEqual(first);
    expect(decodeJson(first)).toEqual({ ok: true, value: first });
  });

  test('fields of a newer minor version are skipped', () => {
    expect(decodeJson({ ...header, region: 'eu' })).toEqual({ ok: true, value: header });
  });

  test('a newer major is refused with a sentence, whatever else its header holds', () => {
    const problem = `the feed of col-1/0 speaks version ${feedMajor + 1}, this program ${feedMajor}; update this program`;
    expect(decodeJson({ ...header, v: feedMajor + 1 })).toEqual({ ok: false, problem });
    expect(decodeJson({ v: feedMajor + 1, publisher: 'col-1/0', seq: 'x' })).toEqual({
      ok: false,
      problem,
    });
  });

  test.each([
    ['no JSON', 'not json', /no JSON/],
    ['null', 'null', /bad header/],
    [
      'a field missing',
      JSON.stringify({ ...header, sequence: undefined }),
      /bad header[^]*sequence/,
    ],
    [
      'a field of another type',
      JSON.stringify({ ...header, publisher: 5 }),
      /bad header[^]*publisher/,
    ],
  ])('%s is refused', (_what, text, reason) => {
    const refused = decodeFeedHeader(new TextEncoder().encode(text));
    expect(refused.ok ? '' : refused.problem).toMatch(reason);
  });
});
