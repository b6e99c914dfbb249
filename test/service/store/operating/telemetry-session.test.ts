import { describe, expect, test } from 'vitest';
import type { ReportedFacts, SessionStatus } from '../../../../core/contract/device.ts';
import {
  countStreaming,
  listEndpointSessions,
  listSessions,
  upsertSessions,
} from '../../../../service/store/operating/telemetry-session.ts';
import { testDatabase, type TestDatabase } from '../../../support/database.ts';
import { addEndpointRow, addOwner } from '../../../support/telemetry-rows.ts';

const session: SessionStatus = {
  state: 'streaming',
  sinceMs: 1_000,
  node: 'col-a',
  synced: true,
  lastError: 'cut \0 short \ud800',
  lastErrorAtMs: 900,
  connects: 1,
  updatesTotal: 2,
  updatesPerSecond: 1,
  lastUpdateAtMs: 1_000,
  lagMs: 5,
  target: { protocol: 'gnmi', gnmiVersion: '0.10\0', encodings: ['JSON_IETF'], models: 3 },
};

test('what a device says of itself may hold what PostgreSQL cannot store', async () => {
  await using db = await testDatabase();
  const owner = await addOwner(db.pool, 'leaf-01');
  await upsertSessions(db.pool, [{ ...owner, session }]);
  const { reports } = await listSessions(db.pool, 0);
  expect(reports[0]?.session).toMatchObject({
    lastError: 'cut \u2400 short \ufffd',
    target: { gnmiVersion: '0.10\u2400' },
  });
});

describe('what a session found out', () => {
  const reported: ReportedFacts = {
    platform: 'VesperOS',
    vendor: null,
    model: 'VX-1',
    serial: 'VSC1',
    hardwareVersion: null,
    softwareVersion: null,
    hostname: 'leaf-01',
    bootedAtMs: null,
  };
  const known = async (db: TestDatabase) => {
    const sql = 'select target || detail as known from endpoint_session';
    return (await db.pool.query<{ known: unknown }>(sql)).rows[0]!.known;
  };

  test('is shown to programs of schema 6 in the target column, which is null without Capabilities', async () => {
    await using db = await testDatabase();
    const owner = await addOwner(db.pool, 'leaf-01');
    const report = { ...owner, session, detail: { reported, refusedPaths: [] } };
    const shown = async () =>
      (await db.pool.query<{ target: object }>('select target from telemetry_session')).rows[0]!
        .target;
    await upsertSessions(db.pool, [{ ...report, session: { ...session, target: null } }]);
    expect(await shown()).toBeNull();
    await upsertSessions(db.pool, [report]);
    expect(await shown()).toEqual({
      gnmiVersion: '0.10\u2400',
      encodings: ['JSON_IETF'],
      models: 3,
      reported,
      refusedPaths: [],
    });
  });

  test('keeps what is known of a device that cannot be reached', async () => {
    await using db = await testDatabase();
    const owner = await addOwner(db.pool, 'leaf-01');
    const detail = { reported, refusedPaths: [] };
    await upsertSessions(db.pool, [{ ...owner, session, detail }]);
    const nothing = { reported: undefined, refusedPaths: undefined };
    await upsertSessions(db.pool, [
      { ...owner, session: { ...session, target: null }, detail: nothing },
    ]);
    expect(await known(db)).toMatchObject({ models: 3, reported, refusedPaths: [] });
  });

  test('keeps facts that a report does not speak of, and forgets those taken back', async () => {
    await using db = await testDatabase();
    const owner = await addOwner(db.pool, 'leaf-01');
    const none: ReportedFacts = {
      ...reported,
      platform: null,
      model: null,
      serial: null,
      hostname: null,
    };
    for (const [told, expected] of [
      [
        { serial: 'VSC1', hostname: 'leaf-01' },
        { ...none, serial: 'VSC1', hostname: 'leaf-01' },
      ],
      [{}, { ...none, serial: 'VSC1', hostname: 'leaf-01' }],
      [
        { serial: null, model: 'VX-1' },
        { ...none, model: 'VX-1', hostname: 'leaf-01' },
      ],
    ] as const) {
      const detail = { reported: told, refusedPaths: [] };
      await upsertSessions(db.pool, [{ ...owner, session, detail }]);
      expect(await known(db)).toMatchObject({ models: 3, reported: expected });
    }
  });
});

describe('programs of schema 6', () => {
  const report = (db: TestDatabase, deviceId: string, target: object | null) =>
    db.pool.query(
      `insert into telemetry_session (device_id, state, since, target)
       values ($1, 'streaming', now(), $2)
       on conflict (device_id) do update set state = excluded.state, since = excluded.since,
         target = excluded.target`,
      [deviceId, target],
    );

  test('are heard as the session of the first gNMI endpoint', async () => {
    await using db = await testDatabase();
    const { deviceId, endpointId } = await addOwner(db.pool, 'leaf-01');
    const second = await addEndpointRow(db.pool, deviceId, 1);
    const said = { gnmiVersion: '0.10.0', encodings: ['PROTO'], models: 1 };
    await report(db, deviceId, { ...said, refusedPaths: [{ path: '/a', reason: 'no' }] });
    const sessions = async () =>
      (await listEndpointSessions(db.pool, [deviceId])).map(
        ({ endpointId: id, endpoint, detail }) => ({
          id,
          state: endpoint.session?.state,
          target: endpoint.session?.target,
          detail,
        }),
      );
    const first = {
      id: endpointId,
      state: 'streaming',
      target: { protocol: 'gnmi', ...said },
      detail: { refusedPaths: [{ path: '/a', reason: 'no' }] },
    };
    const other = { id: second, state: undefined, target: undefined, detail: {} };
    expect(await sessions()).toEqual([first, other]);
    // It says nothing new: what is known stays.
    await report(db, deviceId, null);
    expect(await sessions()).toEqual([first, other]);
  });

  test('see the session of the first gNMI endpoint alone', async () => {
    await using db = await testDatabase();
    const owner = await addOwner(db.pool, 'leaf-01');
    const second = { ...owner, endpointId: await addEndpointRow(db.pool, owner.deviceId, 1) };
    await upsertSessions(db.pool, [
      { ...second, session: { ...session, state: 'refused' } },
      { ...owner, session },
    ]);
    await upsertSessions(db.pool, [{ ...second, session: { ...session, state: 'stopped' } }]);
    const { rows } = await db.pool.query('select device_id as id, state from telemetry_session');
    expect(rows).toEqual([{ id: owner.deviceId, state: 'streaming' }]);
  });
});

describe('a device of several endpoints', () => {
  test('streams where each session that is held does', async () => {
    await using db = await testDatabase();
    await db.pool.query(
      `insert into node (name, role, version, incarnation, started_at, seen_at)
       values ('col-a', 'both', '1', 1, now(), now())`,
    );
    const owner = await addOwner(db.pool, 'leaf-01');
    const second = { ...owner, endpointId: await addEndpointRow(db.pool, owner.deviceId, 1) };
    const streaming = async (state: SessionStatus['state']) => {
      await upsertSessions(db.pool, [
        { ...owner, session },
        { ...second, session: { ...session, state } },
      ]);
      return (await countStreaming(db.pool)).streaming;
    };
    expect(await streaming('streaming')).toBe(1);
    expect(await streaming('backing-off')).toBe(0);
    // Held no more.
    expect(await streaming('stopped')).toBe(1);
    const { reports } = await listSessions(db.pool, 0);
    expect(reports).toMatchObject([
      {
        session: { state: 'streaming' },
        endpoints: [
          { endpointId: owner.endpointId, session: { state: 'streaming' } },
          { endpointId: second.endpointId, session: { state: 'stopped' } },
        ],
      },
    ]);
  });
});
