import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  Encoding,
  Notification,
  SubscribeRequest,
  SubscribeResponse,
  SubscriptionList_Mode,
  SubscriptionMode,
  TypedValue,
} from '../../proto/generated/gnmi/gnmi.ts';
import { gnmiService } from '../../proto/gnmi-service.ts';
import { holds } from '../support/property.ts';
import { typed, wireNotification, wirePath, wireUpdate } from '../support/wire.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Written by hand from the field numbers of the specification: tag = number × 8 + wire type. */
describe('bytes on the wire', () => {
  test.each<[TypedValue, string]>([
    [typed({ $case: 'stringVal', value: 'UP' }), '0a025550'],
    [typed({ $case: 'intVal', value: -1n }), '10ffffffffffffffffff01'],
    [typed({ $case: 'uintVal', value: 2n ** 64n - 1n }), '18ffffffffffffffffff01'],
    [typed({ $case: 'uintVal', value: 2n ** 53n + 1n }), '188180808080808010'],
    [typed({ $case: 'boolVal', value: true }), '2001'],
    [typed({ $case: 'bytesVal', value: Uint8Array.of(1) }), '2a0101'],
    [typed({ $case: 'floatVal', value: 1 }), '350000803f'],
    [typed({ $case: 'decimalVal', value: { digits: 5n, precision: 2 } }), '3a0408051002'],
    [
      typed({
        $case: 'leaflistVal',
        value: { element: [typed({ $case: 'boolVal', value: true })] },
      }),
      '42040a022001',
    ],
    [
      typed({ $case: 'anyVal', value: { typeUrl: 'x', value: Uint8Array.of(9) } }),
      '4a060a0178120109',
    ],
    [typed({ $case: 'jsonVal', value: Uint8Array.of(49) }), '520131'],
    [typed({ $case: 'jsonIetfVal', value: Uint8Array.of(49) }), '5a0131'],
    [typed({ $case: 'asciiVal', value: 'a' }), '620161'],
    [typed({ $case: 'protoBytes', value: Uint8Array.of(1) }), '6a0101'],
    [typed({ $case: 'doubleVal', value: 1 }), '71000000000000f03f'],
  ])('$value.$case', (value, bytes) => {
    expect(hex(TypedValue.encode(value).finish())).toBe(bytes);
    expect(TypedValue.decode(Uint8Array.from(Buffer.from(bytes, 'hex')))).toEqual(value);
  });

  test('a notification', () => {
    const message = wireNotification({
      timestamp: 1n,
      prefix: wirePath(['a'], { origin: 'o', target: 't' }),
      update: [
        wireUpdate(wirePath([['b', { k: 'v' }]]), typed({ $case: 'boolVal', value: true }), 3),
      ],
      delete: [wirePath(['c'])],
      atomic: true,
    });
    const bytes = [
      '0801', // timestamp = 1
      '120b12016f1a030a0161220174', // prefix = 2: origin = 2, elem = 3 { name = 1 }, target = 4
      '22150a0d1a0b0a016212060a016b1201761a0220012003', // update = 4: path = 1, val = 3, duplicates = 4
      '2a051a030a0163', // delete = 5
      '3001', // atomic = 6
    ].join('');
    expect(Notification.decode(Notification.encode(message).finish())).toEqual(message);
    expect(hex(Notification.encode(message).finish())).toBe(bytes);
  });

  test('a subscription', () => {
    const message: SubscribeRequest = {
      request: {
        $case: 'subscribe',
        value: {
          prefix: wirePath([]),
          subscription: [
            {
              path: wirePath(['a']),
              mode: SubscriptionMode.SAMPLE,
              sampleInterval: 1_000n,
              suppressRedundant: true,
              heartbeatInterval: 5n,
            },
          ],
          qos: undefined,
          mode: SubscriptionList_Mode.STREAM,
          allowAggregation: false,
          useModels: [],
          encoding: Encoding.PROTO,
          updatesOnly: true,
        },
      },
      extension: [],
    };
    expect(hex(SubscribeRequest.encode(message).finish())).toBe(
      ['0a18', '0a00', '12100a051a030a0161100218e80720012805', '4002', '4801'].join(''),
    );
  });

  test('sync', () => {
    const sync = { response: { $case: 'syncResponse', value: true } as const, extension: [] };
    expect(hex(SubscribeResponse.encode(sync).finish())).toBe('1801');
  });
});

describe('fields of later versions', () => {
  test('are skipped', () => {
    const unknown = Buffer.from('0a025550f2ff0103616263', 'hex');
    expect(TypedValue.decode(unknown)).toEqual(typed({ $case: 'stringVal', value: 'UP' }));
  });

  test('unknown enum values are kept as numbers', () => {
    const message = Buffer.from('0a024063', 'hex');
    const { request } = SubscribeRequest.decode(message);
    expect(request).toMatchObject({ value: { encoding: 99 } });
  });
});

test('every 64-bit integer survives the wire', () => {
  const int = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  const uint = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  holds([int, uint], (signed, unsigned) => {
    const values = [
      typed({ $case: 'intVal', value: signed }),
      typed({ $case: 'uintVal', value: unsigned }),
    ];
    for (const value of values) {
      expect(TypedValue.decode(TypedValue.encode(value).finish())).toEqual(value);
    }
  });
});

test('the service has the names that targets listen to', () => {
  expect(Object.values(gnmiService).map(({ path }) => path)).toEqual([
    '/gnmi.gNMI/Capabilities',
    '/gnmi.gNMI/Get',
    '/gnmi.gNMI/Set',
    '/gnmi.gNMI/Subscribe',
  ]);
  expect(gnmiService.subscribe).toMatchObject({ requestStream: true, responseStream: true });
  expect(gnmiService.get).toMatchObject({ requestStream: false, responseStream: false });
});
