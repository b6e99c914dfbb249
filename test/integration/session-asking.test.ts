/** Targets that take what they are asked for in another way than the usual one. */
import { isDeepStrictEqual } from 'node:util';
import { status } from '@grpc/grpc-js';
import { describe, expect, test, vi } from 'vitest';
import type { CollectionTarget, GnmiEndpoint } from '../../core/inventory/collection-target.ts';
import {
  Encoding,
  type SubscribeRequest,
  type SubscriptionList,
} from '../../proto/generated/gnmi/gnmi.ts';
import { collectionTarget, endpoint, onChange, sampled } from '../support/collection.ts';
import { eventually } from '../support/live-feed.ts';
import { ManualTime } from '../support/manual-time.ts';
import { ScriptedTarget, type ScriptedTargetOptions } from '../support/scripted-target.ts';
import { SessionProbe } from '../support/session-probe.ts';
import { typed, wirePath, wireUpdate } from '../support/wire.ts';

const one = [wireUpdate(wirePath(['a', 'x']), typed({ $case: 'uintVal', value: 1n }))];

function listOf({ request }: SubscribeRequest): SubscriptionList {
  if (request?.$case !== 'subscribe') throw new Error('no SubscriptionList was asked for');
  return request.value;
}

const origins = (request: SubscribeRequest) =>
  listOf(request).subscription.map(({ path }) => path!.origin);
const names = (request: SubscribeRequest) =>
  listOf(request).subscription.map(({ path }) => path!.elem[0]!.name);

interface Trial extends ScriptedTargetOptions {
  readonly paths?: readonly string[];
  readonly access?: Partial<GnmiEndpoint>;
}

/** A session with a target that refuses what `refuse` names; counts what it was asked. */
async function trial({ paths = ['/a'], access = {}, refuse, ...options }: Trial) {
  const requests: SubscribeRequest[] = [];
  const target = await ScriptedTarget.start({
    ...options,
    refuse: (request) => {
      requests.push(request);
      return refuse?.(request) ?? null;
    },
  });
  const wanted: CollectionTarget = collectionTarget(
    endpoint(target.port, access),
    paths.map((path) => onChange(path)),
  );
  const time = new ManualTime();
  const open = (learnt: CollectionTarget['learnt'] = null, timeoutMs = 5_000) => {
    const probe = new SessionProbe({ ...wanted, learnt }, time, timeoutMs);
    probe.session.start();
    return probe;
  };
  return {
    target,
    requests,
    time,
    open,
    [Symbol.asyncDispose]: () => target[Symbol.asyncDispose](),
  };
}

const refusal = (details: string, code = status.INVALID_ARGUMENT) => ({ code, details });

describe('a prefix', () => {
  const withPrefix = (details: string, code?: status) => (request: SubscribeRequest) =>
    listOf(request).prefix === undefined ? null : refusal(details, code);

  test.each([
    ['said to be the reason', 'prefix is not supported', status.INVALID_ARGUMENT],
    ['refused in other words', "Argument 'elem' error.", status.INVALID_ARGUMENT],
    ['not served', 'no', status.UNIMPLEMENTED],
    ['that the target stumbles over', 'empty prefix: nil pointer', status.INTERNAL],
  ])('%s is left out', async (_what, details, code) => {
    await using run = await trial({ refuse: withPrefix(details, code) });
    using probe = run.open();
    (await run.target.stream()).sync();
    await probe.untilState('streaming');
    expect(probe.states).toEqual(['connecting', 'subscribing', 'syncing', 'streaming']);
    expect(probe.session.asked).toBe('as PROTO, without a prefix');
  });

  test.each([
    ['named', 'prefix not supported', 'encoding PROTO not supported'],
    ['not named', 'no', 'no'],
  ])('and the encoding refused, %s', async (_what, ofPrefix, ofEncoding) => {
    await using run = await trial({
      refuse: (request) =>
        withPrefix(ofPrefix)(request) ??
        (listOf(request).encoding === Encoding.PROTO ? refusal(ofEncoding) : null),
    });
    using probe = run.open();
    (await run.target.stream()).sync();
    await probe.untilState('streaming');
    expect(probe.session.asked).toBe('as JSON_IETF, without a prefix');
  });

  test('refused where one path is wrong, too: the others are collected without it', async () => {
    await using run = await trial({
      paths: ['/a', '/b', '/c'],
      refuse: (request) =>
        withPrefix("Argument 'elem' error.")(request) ??
        (names(request).includes('b') ? refusal('no /b') : null),
    });
    using probe = run.open();
    // What is taken alone is answered, what is asked for in the end as well.
    for (;;) {
      const stream = await run.target.stream();
      stream.sync();
      if (names(stream.request).length > 1) break;
    }
    await probe.untilState('streaming');
    expect(probe.refused).toEqual(['/b: no /b']);
    const [last] = run.requests.slice(-1);
    expect([names(last!), listOf(last!).prefix]).toEqual([['a', 'c'], undefined]);
  });
});

describe('an origin', () => {
  test('is sent as the operator wrote it', async () => {
    const paths = ['openconfig:/a', '/b', 'cisco:/c', 'Cisco-IOS-XR-wdsysmon-fd-oper:/d'];
    await using run = await trial({ paths });
    using probe = run.open();
    (await run.target.stream()).sync();
    await probe.untilState('streaming');
    expect(origins(run.requests[0]!)).toEqual([
      'openconfig',
      '',
      'cisco',
      'Cisco-IOS-XR-wdsysmon-fd-oper',
    ]);
  });

  test.each([
    [
      'is said where the target wants it',
      ['/a', 'cli:/b'],
      'origin is missing',
      ['openconfig', 'cli'],
      '',
    ],
    ['is left out where the target refuses the default one', ['openconfig:/a'], 'no', [''], ''],
    ['goes into the prefix where the target wants it there', ['/a'], 'no', [''], 'openconfig'],
  ])('%s', async (_what, paths, details, said, inPrefix) => {
    const asked = (request: SubscribeRequest) => [origins(request), listOf(request).prefix?.origin];
    await using run = await trial({
      paths,
      refuse: (request) =>
        isDeepStrictEqual(asked(request), [said, inPrefix]) ? null : refusal(details),
    });
    using probe = run.open();
    const stream = await run.target.stream();
    stream.sync();
    await probe.untilState('streaming');
    expect(asked(stream.request)).toEqual([said, inPrefix]);
  });

  test('is tried where the target takes the request and has nothing to say', async () => {
    await using run = await trial({});
    using probe = run.open();
    (await run.target.stream()).sync();
    await probe.untilState('streaming');
    run.time.advance(10_000);
    const aside = await run.target.stream();
    expect(origins(aside.request)).toEqual(['openconfig']);
    aside.notify({ update: one });
    expect(await probe.untilFailure()).toMatch(
      /sent nothing of what is subscribed; it is asked as PROTO, with the origin said from now on$/,
    );
    run.time.advance(60_000);
    const again = await run.target.stream();
    expect(origins(again.request)).toEqual(['openconfig']);
    again.notify({ update: one });
    again.sync();
    await probe.untilState('streaming');
  });

  test('is not looked for again and again where there is nothing to hear', async () => {
    await using run = await trial({});
    using probe = run.open();
    const quiet = async () => {
      const stream = await run.target.stream();
      stream.sync();
      await probe.untilState('streaming');
      run.time.advance(10_000);
      return stream;
    };
    const first = await quiet();
    // Said, and in the prefix.
    for (const _ of [1, 2]) {
      await run.target.stream();
      run.time.advance(5_000);
    }
    await eventually(() => probe.session.learnt !== null);
    first.end();
    await probe.untilFailure();
    run.time.advance(60_000);
    (await run.target.stream()).sync();
    await probe.untilState('streaming');
    const waits = run.time.pending;
    run.time.advance(10_000);
    // The wait for a first update is over, and none for an answer aside has begun.
    expect(run.time.pending).toBe(waits - 1);
  });
});

describe('the target in the prefix', () => {
  test('is said, and what the target sends for another is kept apart', async () => {
    await using run = await trial({ access: { requestTarget: 'leaf-01' } });
    using probe = run.open();
    const stream = await run.target.stream();
    expect(listOf(stream.request).prefix?.target).toBe('leaf-01');
    const from = (target: string, value: bigint) =>
      stream.notify({
        prefix: wirePath([], { target }),
        update: [wireUpdate(wirePath(['a', 'x']), typed({ $case: 'uintVal', value }))],
        delete: target === 'leaf-02' ? [wirePath(['a'])] : [],
      });
    from('leaf-01', 1n);
    from('leaf-02', 2n);
    from('', 3n);
    stream.sync();
    await probe.untilState('streaming');
    expect(probe.updates()).toEqual([
      ['/a/x', '1'],
      ['/a/x', '3'],
    ]);
    expect(probe.notifications[1]).toMatchObject({
      updates: [],
      deletes: [],
      troubles: [{ kind: 'foreign-target', count: 1, value: 'leaf-02' }],
    });
  });

  test('is asked for where the target wants one', async () => {
    await using run = await trial({
      refuse: (request) => (listOf(request).prefix?.target ? null : refusal('missing target')),
    });
    using probe = run.open();
    expect(await probe.untilFailure()).toMatch(
      /\(missing target\); it seems to stand for several devices: say with the endpoint's target which one is meant$/,
    );
    expect(probe.state.name).toBe('refused');
  });

  test('left open, two devices never become one', async () => {
    await using run = await trial({});
    using probe = run.open();
    const stream = await run.target.stream();
    for (const target of ['leaf-01', 'leaf-01', 'leaf-02']) {
      stream.notify({ prefix: wirePath([], { target }), update: one });
    }
    expect(await probe.untilFailure()).toMatch(
      /speaks for several devices \("leaf-01", "leaf-02"\); say with the endpoint's target which one is meant$/,
    );
    expect([probe.state.name, probe.updates().length]).toEqual(['refused', 2]);
  });
});

describe('Capabilities', () => {
  test.each([
    ['denied', status.PERMISSION_DENIED],
    ['that fail', status.INTERNAL],
    ['that are not there', status.UNIMPLEMENTED],
    ['for which the login does not count', status.UNAUTHENTICATED],
    ['out of order', status.UNAVAILABLE],
    ['nobody knows why', status.UNKNOWN],
  ])('%s are no reason not to ask', async (_what, code) => {
    await using run = await trial({ capabilities: { code, details: 'no' } });
    using probe = run.open();
    (await run.target.stream()).sync();
    await probe.untilState('streaming');
    expect(probe.state.lastError).toBeNull();
  });

  test('never answered are waited for once', async () => {
    await using run = await trial({ capabilities: 'mute' });
    using probe = run.open(null, 400);
    const first = await run.target.stream();
    first.sync();
    await probe.untilState('streaming');
    expect(probe.session.learnt).toMatchObject({ muteAtMs: expect.any(Number) as number });
    first.end();
    await probe.untilBack().catch(() => {});
    // A new session with it would wait for a minute; it is known that there is no answer.
    using next = run.open(probe.session.learnt, 60_000);
    (await run.target.stream()).sync();
    await next.untilState('streaming');
  });

  test('a login that Subscribe refuses is refused', async () => {
    await using run = await trial({
      capabilities: { code: status.UNAUTHENTICATED, details: 'no' },
      refuse: () => refusal('unknown user', status.UNAUTHENTICATED),
    });
    using probe = run.open();
    expect(await probe.untilFailure()).toMatch(/refused the login \(unknown user\)/);
    expect(run.requests).toHaveLength(1);
  });
});

describe('what was found out', () => {
  const noPrefix = (request: SubscribeRequest) =>
    listOf(request).prefix === undefined ? null : refusal('no prefix, please');

  test('is asked first with the next connect, and forgotten for a look after an hour', async () => {
    await using run = await trial({ refuse: noPrefix });
    using probe = run.open();
    const asked = async () => {
      const before = run.requests.length;
      const stream = await run.target.stream();
      stream.notify({ update: one });
      stream.sync();
      await probe.untilState('streaming');
      const tried = run.requests.slice(before).map((request) => listOf(request).prefix?.target);
      stream.end();
      await probe.untilState('backing-off');
      return tried;
    };
    expect(await asked()).toEqual(['', undefined]);
    run.time.advance(60_000);
    expect(await asked()).toEqual([undefined]);
    run.time.advance(3_600_000);
    expect(await asked()).toEqual(['', undefined]);
    run.time.advance(60_000);
    expect(await asked()).toEqual([undefined]);
  });

  test('outlives the session, for the same address', async () => {
    await using run = await trial({ refuse: noPrefix });
    using probe = run.open();
    (await run.target.stream()).sync();
    await probe.untilState('streaming');
    const { learnt } = probe.session;
    expect(JSON.parse(JSON.stringify(learnt))).toEqual(learnt);
    using next = run.open(learnt);
    (await run.target.stream()).sync();
    await next.untilState('streaming');
    expect(run.requests).toHaveLength(3);
    for (const other of [{ ...learnt, authority: '192.0.2.1:1' }, { way: 'nonsense' }]) {
      const before = run.requests.length;
      using stranger = run.open(other);
      (await run.target.stream()).sync();
      await stranger.untilState('streaming');
      expect(run.requests).toHaveLength(before + 2);
    }
  });

  test('a target that refuses everything is asked in a bounded number of ways', async () => {
    const paths = Array.from({ length: 20 }, (_, at) => `/p${at}`);
    await using run = await trial({ paths, refuse: () => refusal('never') });
    using probe = run.open();
    expect(await probe.untilFailure()).toMatch(/refused the request \(never\)/);
    // 12 ways, each path alone once, and a few of them in each other way.
    expect(run.requests.length).toBeLessThanOrEqual(12 + 20 + 11 * 3);
  });
});

test('a proxy for the web is no way to a device', async () => {
  for (const name of ['http_proxy', 'https_proxy', 'grpc_proxy']) {
    vi.stubEnv(name, 'http://127.0.0.1:1');
  }
  try {
    await using run = await trial({});
    using probe = run.open();
    (await run.target.stream()).sync();
    await probe.untilState('streaming');
    expect(probe.state.lastError).toBeNull();
  } finally {
    vi.unstubAllEnvs();
  }
});

test('an endpoint that may send larger messages does', async () => {
  const small = { maxMessageBytes: 100_000 };
  await using run = await trial({ access: small });
  using probe = run.open();
  const long = typed({ $case: 'stringVal', value: 'x'.repeat(150_000) });
  (await run.target.stream()).notify({ update: [wireUpdate(wirePath(['a', 'x']), long)] });
  expect(await probe.untilFailure()).toMatch(
    /sent a message of 1500\d\d bytes, and 100000 at most are taken; raise the endpoint's limit/,
  );
});

test('paths with their own intervals are asked for in the other way as well', async () => {
  await using run = await trial({
    refuse: (request) => (listOf(request).prefix === undefined ? null : refusal('prefix')),
  });
  const wanted = collectionTarget(endpoint(run.target.port), [sampled('/a', 5_000)]);
  using probe = new SessionProbe(wanted);
  probe.session.start();
  const stream = await run.target.stream();
  expect(listOf(stream.request).subscription[0]?.sampleInterval).toBe(5_000_000_000n);
});
