import assert from 'node:assert/strict';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  Encoding,
  GetRequest_DataType,
  SubscriptionList_Mode,
  SubscriptionMode,
} from '../../../proto/generated/gnmi/gnmi.ts';
import { LoadModel } from '../../../simulator/load-model.ts';
import { ManualTimer } from '../../../simulator/manual-timer.ts';
import { Fabric } from '../../../simulator/models/fabric.ts';
import { startTarget, type Target } from '../../../simulator/target/target.ts';
import { GnmiClient, subscribeList, subscription, wirePath } from '../gnmi-client.ts';
import { fullPath, leavesOf, plainValue } from '../wire-leaves.ts';

const startAtMs = Date.UTC(2026, 0, 15, 12);
const counters = '/interfaces/interface[name=Ethernet1/1]/state/counters';
const operStatus = '/interfaces/interface[name=Ethernet1/5]/state/oper-status';
const uplink = { device: 'leaf-01', port: 'Ethernet1/5' };

let timer: ManualTimer;
let fabric: Fabric;
let target: Target;
let client: GnmiClient;

beforeEach(async () => {
  timer = new ManualTimer(startAtMs);
  fabric = new Fabric({ leaves: 1, spines: 1, seed: 7, startAtMs, accessPorts: 4 });
  target = await startTarget({ model: fabric.device('leaf-01')!, timer, port: 0 });
  client = new GnmiClient(target.port);
});

afterEach(async () => {
  client[Symbol.dispose]();
  await target[Symbol.asyncDispose]();
  assert.equal(timer.pending, 0);
});

describe('SAMPLE', () => {
  it('sends the initial set, sync_response, then one notification an interval', async () => {
    const stream = client.subscribe(subscribeList([subscription(counters)]));
    const [initial] = await stream.untilSync();
    expect(initial!.update).toHaveLength(12);
    expect(initial!.timestamp).toBe(BigInt(startAtMs) * 1_000_000n);
    timer.advance(1_000);
    const next = await stream.update();
    expect(next.timestamp).toBe(BigInt(startAtMs + 1_000) * 1_000_000n);
    const before = leavesOf([initial!]).get(`${counters}/in-octets`) as bigint;
    expect(leavesOf([next]).get(`${counters}/in-octets`)).toBeGreaterThan(before);
  });

  it('keeps the interval it was asked for', async () => {
    const stream = client.subscribe(
      subscribeList([subscription(counters, { sampleInterval: 2_500_000_000n })]),
    );
    await stream.untilSync();
    timer.advance(5_000);
    expect((await stream.update()).timestamp).toBe(BigInt(startAtMs + 2_500) * 1_000_000n);
    expect((await stream.update()).timestamp).toBe(BigInt(startAtMs + 5_000) * 1_000_000n);
  });

  it('samples as fast as it can with the interval 0', async () => {
    const stream = client.subscribe(
      subscribeList([subscription(counters, { sampleInterval: 0n })]),
    );
    await stream.untilSync();
    timer.advance(300);
    for (const ms of [100, 200, 300]) {
      expect((await stream.update()).timestamp).toBe(BigInt(startAtMs + ms) * 1_000_000n);
    }
  });

  it.each([
    ['/interfaces/interface/state/counters/in-octets', 5],
    ['/interfaces/interface[name=*]/state/counters/in-octets', 5],
    ['/interfaces/*/state/counters/in-octets', 5],
    ['/*/*/*/*/in-octets', 5],
    ['/.../in-octets', 5],
    ['/.../counters', 63],
    ['/interfaces/.../counters/in-octets', 5],
    ['/interfaces/interface[name=Ethernet1/2]/...', 27],
  ])('names by %s %d leaves', async (path, count) => {
    const stream = client.subscribe(subscribeList([subscription(path)]));
    expect(leavesOf(await stream.untilSync()).size).toBe(count);
  });

  it('may aggregate when allowed, and sends the same leaves as ever', async () => {
    const ask = async (allowAggregation: boolean) =>
      leavesOf(
        await client
          .subscribe(subscribeList([subscription('/')], { allowAggregation }))
          .untilSync(),
      );
    expect(await ask(true)).toEqual(await ask(false));
  });

  it('puts what all leaves share into the prefix, with the target when one was named', async () => {
    const prefix = wirePath('/interfaces', { target: 'rack-7' });
    const path = wirePath('/interface[name=*]/state/counters/in-octets');
    const stream = client.subscribe(subscribeList([{ ...subscription('/'), path }], { prefix }));
    const [initial] = await stream.untilSync();
    expect(initial!.prefix?.target).toBe('rack-7');
    expect(initial!.prefix?.elem.map(({ name }) => name)).toEqual(['interfaces']);
    expect(initial!.update).toHaveLength(5);
  });

  it('leaves the target out when none was named', async () => {
    const stream = client.subscribe(subscribeList([subscription(counters)]));
    const [initial] = await stream.untilSync();
    expect(initial!.prefix?.target).toBe('');
  });

  it('sends sync_response first with updates_only', async () => {
    const stream = client.subscribe(subscribeList([subscription(counters)], { updatesOnly: true }));
    expect(await stream.untilSync()).toEqual([]);
    timer.advance(1_000);
    expect((await stream.update()).update).toHaveLength(12);
  });

  it('leaves out unchanged values with suppress_redundant, but not at a heartbeat', async () => {
    const stream = client.subscribe(
      subscribeList([
        subscription('/interfaces/interface[name=Ethernet1/1]/state', {
          suppressRedundant: true,
          heartbeatInterval: 3_000_000_000n,
        }),
      ]),
    );
    const initial = leavesOf(await stream.untilSync());
    timer.advance(3_000);
    const first = leavesOf([await stream.update()]);
    expect(first.has('/interfaces/interface[name=Ethernet1/1]/state/mtu')).toBe(false);
    expect(first.has(`${counters}/in-octets`)).toBe(true);
    await stream.update();
    expect(leavesOf([await stream.update()]).size).toBe(initial.size);
  });

  it('coalesces while the client does not read and says so in duplicates', async () => {
    const stream = client.subscribe(subscribeList([subscription('/')]));
    await stream.untilSync();
    stream.pause();
    target.state.mute();
    timer.advance(4_000);
    target.state.unmute();
    stream.resume();
    const { update } = await stream.update();
    expect(new Set(update.map(({ duplicates }) => duplicates))).toEqual(new Set([3]));
  });
});

describe('ON_CHANGE', () => {
  const onChange = { mode: SubscriptionMode.ON_CHANGE } as const;

  it('sends a leaf when it changes and only then', async () => {
    const stream = client.subscribe(subscribeList([subscription(operStatus, onChange)]));
    expect(leavesOf(await stream.untilSync())).toEqual(new Map([[operStatus, 'UP']]));
    timer.advance(2_500);
    fabric.setLink(uplink, false, timer.nowMs());
    const notification = await stream.update();
    expect(leavesOf([notification])).toEqual(new Map([[operStatus, 'DOWN']]));
    expect(notification.timestamp).toBe(BigInt(startAtMs + 2_500) * 1_000_000n);
  });

  it('sends a delete for a container that is gone and its leaves when it is back', async () => {
    const stream = client.subscribe(subscribeList([subscription('/lldp', onChange)]));
    expect(leavesOf(await stream.untilSync()).size).toBe(3);
    fabric.setLink(uplink, false, timer.nowMs());
    const gone = await stream.update();
    expect(gone.delete.map((path) => fullPath(gone.prefix, path))).toEqual([
      '/lldp/interfaces/interface[name=Ethernet1/5]/neighbors/neighbor[id=1]',
    ]);
    fabric.setLink(uplink, true, timer.nowMs());
    const back = leavesOf([await stream.update(), await stream.update(), await stream.update()]);
    expect([...back.values()]).toContain('spine-01');
  });

  it('names the target in deletes too, and sends only changes with updates_only', async () => {
    const prefix = wirePath('/', { target: 'rack-7' });
    const stream = client.subscribe(
      subscribeList([subscription('/lldp', onChange)], { prefix, updatesOnly: true }),
    );
    expect(await stream.untilSync()).toEqual([]);
    fabric.setLink(uplink, false, timer.nowMs());
    const gone = await stream.update();
    expect(gone.delete).toHaveLength(1);
    expect(gone.prefix?.target).toBe('rack-7');
  });

  it('brings a BGP session back by time alone', async () => {
    const stream = client.subscribe(
      subscribeList([
        subscription(
          '/network-instances/network-instance/protocols/protocol/bgp/neighbors/neighbor/state/session-state',
          onChange,
        ),
      ]),
    );
    await stream.untilSync();
    fabric.setLink(uplink, false, timer.nowMs());
    fabric.setLink(uplink, true, timer.nowMs() + 1);
    timer.advance(7_000);
    const seen: unknown[] = [];
    while (seen.at(-1) !== 'ESTABLISHED') {
      seen.push(...(await stream.update()).update.map(({ val }) => plainValue(val)));
    }
    expect(seen).toEqual(['IDLE', 'CONNECT', 'OPENSENT', 'OPENCONFIRM', 'ESTABLISHED']);
  });

  it('sends everything again at the heartbeat', async () => {
    const stream = client.subscribe(
      subscribeList([subscription(operStatus, { ...onChange, heartbeatInterval: 5_000_000_000n })]),
    );
    await stream.untilSync();
    timer.advance(5_000);
    expect(leavesOf([await stream.update()])).toEqual(new Map([[operStatus, 'UP']]));
  });

  it('refuses counters', async () => {
    const stream = client.subscribe(subscribeList([subscription(counters, onChange)]));
    await expect(stream.next()).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  });
});

it('follows states and samples counters with TARGET_DEFINED', async () => {
  const path = '/interfaces/interface[name=Ethernet1/5]/state';
  const stream = client.subscribe(
    subscribeList([subscription(path, { mode: SubscriptionMode.TARGET_DEFINED })]),
  );
  const initial = leavesOf(await stream.untilSync());
  expect(initial.size).toBe(21);
  fabric.setLink(uplink, false, timer.nowMs());
  const changed = leavesOf([await stream.update(), await stream.update()]);
  expect(changed.get(operStatus)).toBe('DOWN');
  timer.advance(1_000);
  expect(leavesOf([await stream.update()]).size).toBe(12);
});

describe('ONCE and POLL', () => {
  it('closes after the set with ONCE', async () => {
    const stream = client.subscribe(
      subscribeList([subscription(counters)], { mode: SubscriptionList_Mode.ONCE }),
    );
    expect(leavesOf(await stream.untilSync()).size).toBe(12);
    expect((await stream.status).code).toBe(status.OK);
  });

  it('sends the set and sync_response for each poll', async () => {
    const stream = client.subscribe(
      subscribeList([subscription(counters)], { mode: SubscriptionList_Mode.POLL }),
    );
    const before = leavesOf(await stream.untilSync()).get(`${counters}/in-octets`) as bigint;
    timer.advance(60_000);
    stream.poll();
    const polled = await stream.untilSync();
    expect(leavesOf(polled).size).toBe(12);
    expect(leavesOf(polled).get(`${counters}/in-octets`)).toBeGreaterThan(before);
    expect(polled[0]!.timestamp).toBe(BigInt(startAtMs + 60_000) * 1_000_000n);
    stream.halfClose();
    expect((await stream.status).code).toBe(status.OK);
  });

  it('sends nothing but sync_response for ONCE with updates_only', async () => {
    const mode = SubscriptionList_Mode.ONCE;
    const stream = client.subscribe(
      subscribeList([subscription(counters)], { mode, updatesOnly: true }),
    );
    expect(await stream.untilSync()).toEqual([]);
    expect((await stream.status).code).toBe(status.OK);
  });

  it('refuses a poll before anything else', async () => {
    const stream = client.subscribe(subscribeList([], {}));
    await expect(stream.next()).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  it('refuses a poll on a STREAM', async () => {
    const stream = client.subscribe(subscribeList([subscription(counters)]));
    await stream.untilSync();
    stream.poll();
    await expect(stream.next()).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  });
});

describe('refusals', () => {
  it.each([
    ['an unknown element', [subscription('/interfaces/nothing')], {}, status.UNIMPLEMENTED],
    ['an unknown key', [subscription('/interfaces/interface[id=1]')], {}, status.INVALID_ARGUMENT],
    ['an unknown origin', [subscription('cli:/show')], {}, status.UNIMPLEMENTED],
    ['an encoding', [subscription('/')], { encoding: Encoding.ASCII }, status.UNIMPLEMENTED],
    ['a short interval', [subscription('/', { sampleInterval: 1n })], {}, status.INVALID_ARGUMENT],
    ['no subscription', [], {}, status.INVALID_ARGUMENT],
    [
      'an origin twice',
      [{ ...subscription('/'), path: wirePath('/', { origin: 'openconfig' }) }],
      { prefix: wirePath('/', { origin: 'openconfig' }) },
      status.INVALID_ARGUMENT,
    ],
  ])('%s', async (_, subscriptions, rest, code) => {
    const stream = client.subscribe(subscribeList(subscriptions, rest));
    await expect(stream.next()).rejects.toMatchObject({ code });
    expect(target.streamCount).toBe(0);
  });

  it('takes an instance that is not there for an empty set', async () => {
    const stream = client.subscribe(
      subscribeList([subscription('/interfaces/interface[name=Ethernet9/9]/state')]),
    );
    expect(await stream.untilSync()).toEqual([]);
  });

  it('answers Set with UNIMPLEMENTED', async () => {
    const request = {
      prefix: undefined,
      delete: [],
      replace: [],
      update: [],
      extension: [],
      unionReplace: [],
    };
    await expect(client.set(request)).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
  });
});

describe('JSON_IETF', () => {
  it('writes 64-bit integers as strings and narrow ones as numbers', async () => {
    const { notification } = await client.get(['/interfaces/interface[name=Ethernet1/1]/state'], {
      encoding: Encoding.JSON_IETF,
    });
    const leaves = leavesOf(notification);
    expect(leaves.get('/interfaces/interface[name=Ethernet1/1]/state/mtu')).toBe(9_216);
    expect(leaves.get(`${counters}/in-octets`)).toMatch(/^\d+$/);
  });
});

describe('Get and Capabilities', () => {
  it('answers a leaf with its value', async () => {
    const { notification } = await client.get(['/system/state/hostname']);
    expect(leavesOf(notification)).toEqual(new Map([['/system/state/hostname', 'leaf-01']]));
  });

  it.each([
    ['ALL', ['config/mtu', 'state/mtu', 'state/oper-status']],
    ['CONFIG', ['config/mtu']],
    ['STATE', ['state/mtu', 'state/oper-status']],
    ['OPERATIONAL', ['state/oper-status']],
  ] as const)('answers the type %s with what is of it', async (name, expected) => {
    const type = GetRequest_DataType[name];
    const base = '/interfaces/interface[name=Ethernet1/1]';
    const { notification } = await client.get([base], { type });
    const leaves = [...leavesOf(notification).keys()].map((path) => path.slice(base.length + 1));
    const looked = ['config/mtu', 'state/mtu', 'state/oper-status'];
    expect(looked.filter((leaf) => leaves.includes(leaf))).toEqual(expected);
  });

  it.each([
    ['a type nobody knows', '/system', { type: 9 as GetRequest_DataType }, 'INVALID_ARGUMENT'],
    ['an unknown path', '/nothing', {}, 'UNIMPLEMENTED'],
    ['an instance that is not there', '/interfaces/interface[name=e9]', {}, 'NOT_FOUND'],
    ['an encoding', '/system', { encoding: Encoding.BYTES }, 'UNIMPLEMENTED'],
  ] as const)('refuses %s in a Get', async (_, path, rest, code) => {
    await expect(client.get([path], rest)).rejects.toMatchObject({ code: status[code] });
  });

  it('echoes the target of a Get', async () => {
    const prefix = wirePath('/system', { target: 'rack-7' });
    const { notification } = await client.get(['/state/hostname'], { prefix });
    expect(notification[0]!.prefix?.target).toBe('rack-7');
    expect(leavesOf(notification)).toEqual(new Map([['/system/state/hostname', 'leaf-01']]));
  });

  it('claims no model of which it has nothing', async () => {
    const model = new LoadModel({
      originMs: startAtMs,
      intervalMs: 1_000,
      interfaces: 1,
      countersPerInterface: 1,
    });
    await using load = await startTarget({ model, timer, port: 0 });
    using other = new GnmiClient(load.port);
    const { supportedModels } = await other.capabilities();
    expect(supportedModels.map(({ name }) => name)).toEqual(['openconfig-interfaces']);
  });

  it('names models and encodings', async () => {
    const answer = await client.capabilities();
    expect(answer.supportedEncodings).toEqual([Encoding.PROTO, Encoding.JSON_IETF, Encoding.JSON]);
    expect(answer.supportedModels.map(({ name }) => name)).toContain('openconfig-interfaces');
    expect(answer.gNMIVersion).toBe('0.10.0');
  });
});

it('forgets a stream that was cancelled', async () => {
  const stream = client.subscribe(subscribeList([subscription(counters)]));
  await stream.untilSync();
  expect(target.streamCount).toBe(1);
  const closed = new Promise<void>((resolve) => {
    const close = target.state.close.bind(target.state);
    target.state.close = (one) => {
      close(one);
      resolve();
    };
  });
  stream.cancel();
  await closed;
  expect(target.streamCount).toBe(0);
});
