/** What clients ask for beside paths: JSON, models, and the extensions that bear on what is sent. */
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Encoding, SubscriptionList_Mode } from '../../../proto/generated/gnmi/gnmi.ts';
import type { Extension } from '../../../proto/generated/gnmi_ext/gnmi_ext.ts';
import { ManualTimer } from '../../../simulator/manual-timer.ts';
import { Fabric } from '../../../simulator/models/fabric.ts';
import { startTarget, type Target } from '../../../simulator/target/target.ts';
import { GnmiClient, subscribeList, subscription } from '../gnmi-client.ts';
import { leavesOf } from '../wire-leaves.ts';

const startAtMs = Date.UTC(2026, 0, 15, 12);
const port = '/interfaces/interface[name=Ethernet1/1]';
const once = { mode: SubscriptionList_Mode.ONCE };

let fabric: Fabric;
let target: Target;
let client: GnmiClient;

beforeEach(async () => {
  fabric = new Fabric({ leaves: 1, spines: 1, seed: 7, startAtMs, accessPorts: 4 });
  const model = fabric.device('leaf-01')!;
  target = await startTarget({ model, timer: new ManualTimer(startAtMs), port: 0 });
  client = new GnmiClient(target.port);
});

afterEach(async () => {
  client[Symbol.dispose]();
  await target[Symbol.asyncDispose]();
});

const depth = (level: number): Extension => ({ ext: { $case: 'depth', value: { level } } });
const model = (name: string, version = '') => ({ name, organization: '', version });

/** The leaves of an ONCE and of a Get, which must be the same; relative to `path`. */
async function asked(path: string, rest: { useModels?: object[]; extension?: Extension[] }) {
  const { useModels = [], extension = [] } = rest as { useModels?: ReturnType<typeof model>[] } & {
    extension?: Extension[];
  };
  const list = subscribeList([subscription(path)], { ...once, useModels });
  const sent = leavesOf(await client.subscribe(list, extension).untilSync());
  const { notification } = await client.get([path], { useModels, extension });
  const got = leavesOf(notification);
  expect([...got.keys()].toSorted()).toEqual([...sent.keys()].toSorted());
  return [...got.keys()].map((leaf) => leaf.slice(path.length));
}

describe('JSON', () => {
  it('is served to those who ask for it, as most clients do by themselves', async () => {
    const state = `${port}/state`;
    const { notification } = await client.get([state], { encoding: Encoding.JSON });
    expect(notification[0]!.update[0]!.val?.value?.$case).toBe('jsonVal');
    const leaves = leavesOf(notification);
    expect(leaves.get(`${state}/mtu`)).toBe(9_216);
    expect(leaves.get(`${state}/counters/in-octets`)).toEqual(expect.any(Number));
    const list = subscribeList([subscription(state)], { ...once, encoding: Encoding.JSON });
    const sent = leavesOf(await client.subscribe(list).untilSync());
    expect(sent).toEqual(leaves);
  });
});

describe('the depth extension', () => {
  it.each([
    [1, []],
    [2, ['/config/mtu', '/state/oper-status']],
    [3, ['/config/mtu', '/state/oper-status', '/state/counters/in-octets']],
    [0, ['/config/mtu', '/state/oper-status', '/state/counters/in-octets']],
  ])('of level %d', async (level, expected) => {
    const leaves = await asked(port, { extension: [depth(level)] });
    const looked = ['/config/mtu', '/state/oper-status', '/state/counters/in-octets'];
    expect(looked.filter((leaf) => leaves.includes(leaf))).toEqual(expected);
  });

  it('reaches a leaf that is asked for itself', async () => {
    expect(await asked(`${port}/state/mtu`, { extension: [depth(1)] })).toEqual(['']);
  });
});

describe('use_models', () => {
  it('leaves out what is of other models', async () => {
    const whole = await asked('/interfaces', {});
    const plain = await asked('/interfaces', { useModels: [model('openconfig-interfaces')] });
    const ethernet = await asked('/interfaces', { useModels: [model('openconfig-if-ethernet')] });
    expect(plain.every((leaf) => !leaf.includes('/ethernet/'))).toBe(true);
    expect(ethernet.every((leaf) => leaf.includes('/ethernet/'))).toBe(true);
    expect(ethernet.length).toBeGreaterThan(0);
    expect(plain.length + ethernet.length).toBe(whole.length);
  });

  it('may name versions, if they are the ones served', async () => {
    const { supportedModels } = await client.capabilities();
    const served = supportedModels.find(({ name }) => name === 'openconfig-interfaces')!;
    expect((await asked('/interfaces', { useModels: [served] })).length).toBeGreaterThan(0);
  });
});

const refused: [what: string, rest: object, code: status, sentence: RegExp][] = [
  [
    'a model that is not served',
    { useModels: [model('openconfig-bgp')] },
    status.INVALID_ARGUMENT,
    /model "openconfig-bgp" is not served, only openconfig-interfaces, /,
  ],
  [
    'another version of one',
    { useModels: [model('openconfig-interfaces', '1.0')] },
    status.INVALID_ARGUMENT,
    /model openconfig-interfaces is served in version [\d.]+, not in "1\.0"/,
  ],
  [
    'history',
    {
      extension: [
        { ext: { $case: 'history', value: { request: { $case: 'snapshotTime', value: 1n } } } },
      ],
    },
    status.UNIMPLEMENTED,
    /the extension history is not served: this target knows only what is now/,
  ],
  [
    'a commit',
    { extension: [{ ext: { $case: 'commit', value: { id: 'a', action: undefined } } }] },
    status.UNIMPLEMENTED,
    /the extension commit is not served: this target is read-only/,
  ],
];

describe('refused with a sentence', () => {
  it.each(refused)('%s', async (_what, rest, code, details) => {
    const said = { code, details: expect.stringMatching(details) as string };
    const { useModels = [], extension = [] } = rest as {
      useModels?: ReturnType<typeof model>[];
      extension?: Extension[];
    };
    await expect(client.get(['/system'], { useModels, extension })).rejects.toMatchObject(said);
    const list = subscribeList([subscription('/system')], { useModels });
    await expect(client.subscribe(list, extension).next()).rejects.toMatchObject(said);
  });
});

it('leaves alone what is registered elsewhere under a number', async () => {
  const extension: Extension[] = [
    { ext: { $case: 'registeredExt', value: { id: 999, msg: new Uint8Array([1]) } } },
  ];
  const { notification } = await client.get(['/system/state/hostname'], { extension });
  expect(leavesOf(notification).size).toBe(1);
});
