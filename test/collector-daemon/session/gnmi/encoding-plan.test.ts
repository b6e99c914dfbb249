import { describe, expect, test } from 'vitest';
import {
  encodingName,
  encodingPlan,
} from '../../../../collector-daemon/session/gnmi/encoding-plan.ts';
import { Encoding } from '../../../../proto/generated/gnmi/gnmi.ts';

const { PROTO, JSON: JSON_PLAIN, JSON_IETF, ASCII, BYTES } = Encoding;

describe('encodings to try', () => {
  test.each([
    ['all claimed', [JSON_PLAIN, BYTES, PROTO, ASCII, JSON_IETF], [PROTO, JSON_IETF, JSON_PLAIN]],
    ['JSON_IETF alone', [JSON_IETF], [JSON_IETF, PROTO, JSON_PLAIN]],
    ['JSON and JSON_IETF', [JSON_PLAIN, JSON_IETF], [JSON_IETF, JSON_PLAIN, PROTO]],
    ['none', [], [PROTO, JSON_IETF, JSON_PLAIN]],
    ['only ones without types', [ASCII, BYTES], [PROTO, JSON_IETF, JSON_PLAIN]],
  ])('%s', (_what, claimed, plan) => expect(encodingPlan(claimed)).toEqual(plan));

  test('encodings have names, unknown ones too', () => {
    expect([encodingName(JSON_IETF), encodingName(9 as Encoding)]).toEqual([
      'JSON_IETF',
      'encoding 9',
    ]);
  });
});
