import { expect, test } from 'vitest';
import { subscribeRequest } from '../../../../collector-daemon/session/gnmi/subscribe-request.ts';
import {
  Encoding,
  SubscriptionList_Mode,
  SubscriptionMode,
} from '../../../../proto/generated/gnmi/gnmi.ts';
import { onChange, sampled } from '../../../support/collection.ts';
import { wirePath } from '../../../support/wire.ts';

function listOf(...subscriptions: Parameters<typeof subscribeRequest>[0]) {
  const { request } = subscribeRequest(subscriptions, {
    way: { encoding: Encoding.PROTO, prefix: 'sent', origin: 'written' },
    requestTarget: null,
  });
  if (request?.$case !== 'subscribe') throw new Error('expected a SubscriptionList');
  return request.value;
}

test('all paths of a device share one STREAM with a prefix', () => {
  const list = listOf(
    { ...sampled('/interfaces/interface[name=*]/state/counters', 10_000), suppressRedundant: true },
    onChange('cli:/state', 60_000),
    { ...sampled('/a'), mode: 'target-defined', suppressRedundant: true },
  );
  expect(list).toMatchObject({
    mode: SubscriptionList_Mode.STREAM,
    encoding: Encoding.PROTO,
    prefix: wirePath([]),
    updatesOnly: false,
  });
  expect(list.subscription).toEqual([
    {
      path: wirePath(['interfaces', ['interface', { name: '*' }], 'state', 'counters']),
      mode: SubscriptionMode.SAMPLE,
      sampleInterval: 10_000_000_000n,
      suppressRedundant: true,
      heartbeatInterval: 0n,
    },
    {
      path: wirePath(['state'], { origin: 'cli' }),
      mode: SubscriptionMode.ON_CHANGE,
      sampleInterval: 0n,
      suppressRedundant: false,
      heartbeatInterval: 60_000_000_000n,
    },
    {
      path: wirePath(['a']),
      mode: SubscriptionMode.TARGET_DEFINED,
      sampleInterval: 0n,
      suppressRedundant: false,
      heartbeatInterval: 0n,
    },
  ]);
});

test('a path that is none is refused with its text', () => {
  expect(() => listOf(sampled('/a[k'))).toThrow(/not a path: "\/a\[k"/);
});
