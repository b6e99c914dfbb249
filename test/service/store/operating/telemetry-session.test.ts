import { describe, expect, test } from 'vitest';
import type { ReportedFacts, SessionStatus } from '../../../../core/contract/device.ts';
import {
  listSessions,
  type SessionDetail,
  upsertSessions,
} from '../../../../service/store/operating/telemetry-session.ts';
import { testDatabase, type TestDatabase } from '../../../support/database.ts';
import { addDeviceRow } from '../../../support/telemetry-rows.ts';

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
  target: { gnmiVersion: '0.10\0', encodings: ['JSON_IETF'], models: 3 },
};

test('what a device says of itself may hold what PostgreSQL cannot store', async () => {
  await using db = await testDatabase();
  const deviceId = await addDeviceRow(db.pool, 'leaf-01');
  await upsertSessions(db.pool, [{ deviceId, session }]);
  const { reports } = await listSessions(db.pool, 0);
  expect(reports[0]?.session).toMatchObject({
    lastError: 'cut \u2400 short \ufffd',
    target: { gnmiVersion: '0.10\u2400' },
  });
});

describe('the target column', () => {
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
  const target = async (db: TestDatabase) =>
    (await db.pool.query<{ target: unknown }>('select target from telemetry_session')).rows[0]!
      .target;

  test.each<[string, SessionDetail]>([
    ['nothing', { reported: undefined, refusedPaths: undefined }],
    ['facts and refused paths', { reported, refusedPaths: [] }],
  ])('is null without Capabilities, though %s was found out', async (_, detail) => {
    await using db = await testDatabase();
    const deviceId = await addDeviceRow(db.pool, 'leaf-01');
    const report = { deviceId, session: { ...session, target: null }, detail };
    await upsertSessions(db.pool, [report]);
    expect(await target(db)).toBeNull();
    await upsertSessions(db.pool, [report]);
    expect(await target(db)).toBeNull();
    await upsertSessions(db.pool, [{ ...report, session }]);
    expect(await target(db)).toMatchObject({ models: 3 });
  });

  test('keeps what is known of a device that cannot be reached', async () => {
    await using db = await testDatabase();
    const deviceId = await addDeviceRow(db.pool, 'leaf-01');
    const detail = { reported, refusedPaths: [] };
    await upsertSessions(db.pool, [{ deviceId, session, detail }]);
    const nothing = { reported: undefined, refusedPaths: undefined };
    await upsertSessions(db.pool, [
      { deviceId, session: { ...session, target: null }, detail: nothing },
    ]);
    expect(await target(db)).toMatchObject({ models: 3, reported, refusedPaths: [] });
  });

  test('keeps facts that a report does not speak of, and forgets those taken back', async () => {
    await using db = await testDatabase();
    const deviceId = await addDeviceRow(db.pool, 'leaf-01');
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
      await upsertSessions(db.pool, [{ deviceId, session, detail }]);
      expect(await target(db)).toMatchObject({ models: 3, reported: expected });
    }
  });
});
