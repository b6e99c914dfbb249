/** `nocturne doctor`: looks the installation over and says what to do. Exits with 1 where something is wrong. */
import { statfs } from 'node:fs/promises';
import type { Command } from 'commander';
import { NocturneError } from '../../core/errors.ts';
import { createPool, type DatabasePool } from '../../service/store/pool.ts';
import { lookAtReplica } from '../../service/store/replica-facts.ts';
import { judgeReplica } from '../../service/store/replica-findings.ts';
import { readRetention } from '../../service/store/retention-settings.ts';
import { readServerFacts } from '../../service/store/server-facts.ts';
import { type Finding, judgeServer } from '../../service/store/server-findings.ts';
import { readLateWish, recordedEngine } from '../../service/store/storage-choice.ts';
import type { StorageEngine, TableSize } from '../../service/store/storage-engine.ts';
import { readEnvironment, replicaOf, type ReplicaSettings, wantedStorage } from '../config.ts';
import type { CommandContext } from './command-context.ts';
import { dataDirOf, openLocalOperations } from './local-operations.ts';
import { table } from './table.ts';

const marks: Readonly<Record<Finding['level'], string>> = {
  ok: 'ok     ',
  warning: 'warning',
  problem: 'PROBLEM',
};

export function addDoctorCommand(program: Command, context: CommandContext): void {
  program
    .command('doctor')
    .description('look the installation over: settings, clock, versions, sizes, and what to do')
    .action(async () => {
      await using operations = await openLocalOperations(context);
      const engine = await recordedEngine(operations.pool);
      const findings = [
        ...(await examine(operations.pool, engine, dataDirOf(context.env))),
        ...(await examineStorage(operations.pool, wantedStorage(readEnvironment(context.env)))),
        ...(await examineReplica(operations.pool, replicaOf(readEnvironment(context.env)))),
      ];
      for (const { level, about, text } of findings) {
        context.print(`${marks[level]}  ${about.padEnd(12)} ${text}`);
      }
      context.print(`\nstorage: ${engine.name}, kept ${await retentionText(operations.pool)}\n`);
      context.print(sizesText(await engine.sizes()));
      const problems = findings.filter(({ level }) => level === 'problem').length;
      if (problems > 0) {
        throw new NocturneError(
          'CONFIG_INVALID',
          `${problems} of ${findings.length} checks found a problem; see above`,
        );
      }
    });
}

async function examine(
  pool: DatabasePool,
  engine: StorageEngine,
  dataDir: string,
): Promise<readonly Finding[]> {
  const facts = await readServerFacts(pool);
  const disk = await statfs(dataDir).catch(() => null);
  return judgeServer({
    ...facts,
    engine: engine.name,
    ownNowMs: Date.now(),
    freeBytes: disk === null ? null : disk.bavail * disk.bsize,
  });
}

async function examineStorage(
  pool: DatabasePool,
  wanted: StorageEngine['name'] | undefined,
): Promise<readonly Finding[]> {
  const text = await readLateWish(pool, wanted);
  return text === null ? [] : [{ level: 'warning', about: 'storage', text }];
}

async function examineReplica(
  primary: DatabasePool,
  settings: ReplicaSettings | null,
): Promise<readonly Finding[]> {
  if (settings === null) return [];
  await using replica = createPool(settings.databaseUrl, {
    applicationName: 'nocturne doctor',
    urlSetting: 'DATABASE_REPLICA_URL',
    size: 1,
  });
  return judgeReplica(await lookAtReplica(replica, primary, settings.maxLagMs), settings.maxLagMs);
}

async function retentionText(pool: DatabasePool): Promise<string> {
  const { rawDays, minuteDays, hourDays, dayDays } = await readRetention(pool);
  return `raw ${rawDays} d, 1 min ${minuteDays} d, 1 h ${hourDays} d, 1 d ${dayDays} d`;
}

function sizesText(sizes: readonly TableSize[]): string {
  const day = (ms: number | null) => (ms === null ? '–' : new Date(ms).toISOString().slice(0, 16));
  return table(
    ['TABLE', 'PARTS', 'ROWS (ABOUT)', 'MIB', 'COMPRESSED', 'FROM', 'UNTIL AT MOST'],
    sizes.map((one) => [
      one.table,
      String(one.partitions),
      Math.round(one.estimatedRows).toLocaleString('en'),
      (one.bytes / 2 ** 20).toFixed(1),
      one.compressionRatio === null ? '–' : `${one.compressionRatio.toFixed(1)} ×`,
      day(one.oldestMs),
      day(one.newestMs),
    ]),
  );
}
