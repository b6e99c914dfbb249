/** `nocturne doctor`: looks the installation over and says what to do. Exits with 1 where something is wrong. */
import { statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import type { Command } from 'commander';
import { NocturneError } from '../../core/errors.ts';
import { systemClock } from '../../core/time.ts';
import type { Finding } from '../../service/store/doctor/finding.ts';
import { lengthText } from '../../service/store/partition/partition-length.ts';
import { createPool, type DatabasePool } from '../../service/store/connection/pool.ts';
import { programSchemaVersion, readSchemaVersion } from '../../service/store/schema/migrate.ts';
import { judgeNodes, readNodeFacts } from '../../service/store/doctor/node-findings.ts';
import { lookAtReplica } from '../../service/store/doctor/replica-facts.ts';
import { judgeReplica } from '../../service/store/doctor/replica-findings.ts';
import { readRetention } from '../../service/store/storage/retention-settings.ts';
import { readServerFacts } from '../../service/store/doctor/server-facts.ts';
import { judgeSecrets } from '../../service/store/doctor/secret-findings.ts';
import { judgeServer } from '../../service/store/doctor/server-findings.ts';
import { judgeJobs } from '../../service/store/doctor/job-findings.ts';
import { listJobStates } from '../../service/store/operating/job-state.ts';
import { readTroubleFacts, type TroubleFacts } from '../../service/store/doctor/trouble-facts.ts';
import { judgeBackground } from '../../service/store/doctor/storage-findings.ts';
import { judgeTroubles, troubleLines } from '../../service/store/doctor/trouble-findings.ts';
import { loadTargets } from '../../service/store/inventory/inventory.ts';
import { keyFileIn } from '../../service/store/secret/key-file.ts';
import { readKeyFit } from '../../service/store/secret/key-fit.ts';
import { loadSharedSecrets } from '../../service/store/secret/shared-secrets.ts';
import { readLateWish, recordedEngine } from '../../service/store/storage/storage-choice.ts';
import type {
  PartitionLength,
  StorageEngine,
  TableSize,
} from '../../service/store/storage/storage-engine.ts';
import { timescaleTrouble } from '../../service/store/storage/storage-decision.ts';
import { probeStorage } from '../../service/store/storage/storage-probe.ts';
import { readEnvironment, replicaOf, type ReplicaSettings, wantedStorage } from '../config.ts';
import type { CommandContext } from './command-context.ts';
import { dataDirOf, openLocalOperations } from './local-operations.ts';
import { table } from './table.ts';

const marks: Readonly<Record<Finding['level'], string>> = {
  ok: 'ok     ',
  hint: 'hint   ',
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
      const troubles = await readTroubleFacts(operations.pool, systemClock.nowMs());
      const findings = [
        ...(await examine(operations.pool, engine, {
          dataDir: dataDirOf(context.env),
          databaseUrl: operations.pool.databaseUrl,
        })),
        await examineSchema(operations.pool),
        ...judgeNodes(await readNodeFacts(operations.pool)),
        ...(await examineExtension(operations.pool, engine)),
        ...(await examineStorage(operations.pool, wantedStorage(readEnvironment(context.env)))),
        ...(await examineSecrets(operations.pool, context.env)),
        ...(await examineReplica(operations.pool, replicaOf(readEnvironment(context.env)))),
        ...judgeJobs(await listJobStates(operations.pool)),
        ...judgeBackground(await engine.health()),
        ...(troubles === null ? [] : judgeTroubles(troubles)),
      ];
      for (const { level, about, text } of findings) {
        context.print(`${marks[level]}  ${about.padEnd(12)} ${text}`);
      }
      if (troubles !== null && troubles.total > 0) context.print(troublesText(troubles));
      context.print(`\nstorage: ${engine.name}, kept ${await retentionText(operations.pool)}`);
      context.print(
        `new partitions of samples: ${partitionText(await engine.partitionLength())}\n`,
      );
      const sizes = await engine.sizes();
      context.print(sizesText(sizes));
      context.print(`\neverything else: ${await restText(operations.pool, sizes)}`);
      const problems = findings.filter(({ level }) => level === 'problem').length;
      if (problems > 0) {
        throw new NocturneError(
          'CONFIG_INVALID',
          `${problems} of ${findings.length} checks found a problem; see above`,
        );
      }
    });
}

const listedTroubles = 50;

function troublesText(facts: TroubleFacts): string {
  const lines = troubleLines(facts, listedTroubles);
  const head = ['DEVICE', 'TROUBLE', 'COUNT', 'SINCE', 'LAST', 'FOR EXAMPLE'];
  const rest = facts.total - lines.length;
  const more = rest > 0 ? `\nand ${rest} more` : '';
  return `\ntroubles with data in the last day:\n${table(head, lines)}${more}`;
}

async function examine(
  pool: DatabasePool,
  engine: StorageEngine,
  { dataDir, databaseUrl }: { dataDir: string; databaseUrl: string },
): Promise<readonly Finding[]> {
  const facts = await readServerFacts(pool);
  const disk = await statfs(dataDir).catch(() => null);
  return judgeServer({
    ...facts,
    engine: engine.name,
    ownNowMs: Date.now(),
    freeBytes: disk === null ? null : disk.bavail * disk.bsize,
    memoryBytes: isLoopback(databaseUrl) ? ownMemory() : null,
  });
}

/** A server reached over the loopback is taken to be on this machine. */
function isLoopback(databaseUrl: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(databaseUrl).hostname);
}

/** In a container, what it may use. */
function ownMemory(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 ? Math.min(totalmem(), allowed) : totalmem();
}

async function examineSchema(pool: DatabasePool): Promise<Finding> {
  const found = (await readSchemaVersion(pool))?.version ?? 0;
  const text = `version ${found}`;
  if (found === programSchemaVersion) return { level: 'ok', about: 'schema', text };
  const wanted =
    found < programSchemaVersion
      ? `this program's is ${programSchemaVersion}; run "nocturne migrate"`
      : `made by a newer program, and still served; update this one from ${programSchemaVersion}`;
  return { level: 'hint', about: 'schema', text: `${text}: ${wanted}` };
}

async function examineExtension(
  pool: DatabasePool,
  engine: StorageEngine,
): Promise<readonly Finding[]> {
  if (engine.name === 'plain') return [];
  const facts = await probeStorage(pool);
  const about = 'extension';
  const trouble = timescaleTrouble(facts);
  if (trouble !== null) return [{ level: 'problem', about, text: trouble }];
  const { version, community } = facts;
  const text = `TimescaleDB ${version ?? 'of unknown version'}, ${community ? 'Community' : 'Apache'} edition`;
  return [{ level: 'ok', about, text }];
}

async function examineStorage(
  pool: DatabasePool,
  wanted: StorageEngine['name'] | undefined,
): Promise<readonly Finding[]> {
  const text = await readLateWish(pool, wanted);
  return text === null ? [] : [{ level: 'warning', about: 'storage', text }];
}

/** Opens them all where the keys are here; nothing of them is shown. */
async function examineSecrets(
  pool: DatabasePool,
  env: CommandContext['env'],
): Promise<readonly Finding[]> {
  const dataDir = dataDirOf(env);
  const box = await loadSharedSecrets(env['NOCTURNE_SECRET_KEYS'], dataDir);
  const { masters } = box;
  const fit = await readKeyFit(pool, masters);
  const tried = masters.length > 0 && fit.lacking.length === 0;
  const { refused } = tried ? await loadTargets(pool, box) : { refused: [] };
  const unopened = refused.map(({ deviceName, problem }) => `${deviceName}: ${problem}`);
  return judgeSecrets({ fit, masters, keyFile: keyFileIn(dataDir), unopened });
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
  const { rawDays, minuteDays, hourDays, dayDays, eventDays } = await readRetention(pool);
  return `raw ${rawDays} d, 1 min ${minuteDays} d, 1 h ${hourDays} d, 1 d ${dayDays} d, events ${eventDays} d`;
}

const choosers: Readonly<Record<PartitionLength['chosenBy'], string>> = {
  rate: 'by the measured rate',
  admin: 'as an admin has set it',
  database: 'as it was set in the database',
};

function partitionText({ lengthMs, chosenBy }: PartitionLength): string {
  return `${lengthText(lengthMs)} long, ${choosers[chosenBy]}`;
}

/** Series, ledger, marks, audit log and the like: what no table above counts. */
async function restText(pool: DatabasePool, sizes: readonly TableSize[]): Promise<string> {
  const { databaseBytes } = await readServerFacts(pool);
  const rest = databaseBytes - sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  return `${(Math.max(0, rest) / 2 ** 20).toFixed(1)} MiB (series, ledger, audit log, catalogue)`;
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
