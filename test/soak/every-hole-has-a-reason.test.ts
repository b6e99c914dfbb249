/**
 * A collector, its devices and its database through every trouble that can be made here, in real time: each value and
 * each delta must be exact, each hole must have a gap that says why, the accounts must close, and memory must not grow.
 * `SOAK_MINUTES` says for how long, not counting the round that is under way then; 10 when left out.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { beginSoak, residentBytes, type Soak } from './soak.ts';
import { checkStored } from './stored-series.ts';
import { collectorTroubles, databaseTroubles, deviceTroubles, type Troubles } from './troubles.ts';

const minutes = Number(process.env['SOAK_MINUTES'] ?? 10);
const calmMs = 12_000;

async function suffer(soak: Soak, troubles: Troubles, untilMs: number): Promise<void> {
  do {
    for (const [name, trouble] of Object.entries(troubles)) {
      say(name);
      await trouble(soak);
      await wait(calmMs);
    }
  } while (Date.now() < untilMs);
}

function say(line: string): void {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
}

test(`every hole has a reason, for ${minutes} minutes`, async () => {
  await using stack = new AsyncDisposableStack();
  const soak = await beginSoak(stack);
  await wait(calmMs);
  const fromMs = Date.now();
  const halfMs = fromMs + minutes * 30_000;
  const all = { ...deviceTroubles, ...databaseTroubles, ...collectorTroubles };
  await suffer(soak, all, halfMs);

  // One collector to the end, so that what it leaks would show.
  await wait(calmMs);
  const before = await residentBytes(soak.daemon);
  await suffer(soak, { ...deviceTroubles, ...databaseTroubles }, fromMs + minutes * 60_000);
  const after = await residentBytes(soak.daemon);
  say(`resident memory: ${before} bytes, at the end ${after} bytes`);
  expect(after ?? 0).toBeLessThan((before ?? 1) * 1.5);

  const toMs = Date.now();
  await soak.accountsClose();
  for (const device of soak.devices) {
    const { rows, holes, problems } = await checkStored(soak.db.pool, device, {
      fromMs,
      toMs,
      silences: soak.silences,
    });
    say(`${device.name}: ${rows} samples, ${holes} holes`);
    expect(problems.slice(0, 20)).toEqual([]);
    expect(holes).toBeGreaterThan(0);
  }
});
