/** Judges a database server by its facts: what is well, what is not, and what to do. No I/O. */
import type { Finding, JudgedFacts } from './finding.ts';
import { judgeWriteSettings } from './write-settings.ts';

const oldestServer = 150_000;
const newestTried = 190_000;
/** A collector wants 20, a web node 10, and an administrator must still get in. */
const fewestConnections = 50;
const clockToleranceMs = 500;
const gibibyte = 2 ** 30;

export function judgeServer(facts: JudgedFacts): readonly Finding[] {
  return [
    version(facts),
    connections(facts),
    durability(facts),
    clock(facts),
    role(facts),
    disk(facts),
    ...judgeWriteSettings(facts),
    ...(facts.engine === 'timescale' ? [preload(facts), workers(facts)] : []),
  ];
}

function finding(
  about: string,
  text: string,
  problem: string | null,
  level: Finding['level'] = 'warning',
): Finding {
  return problem === null
    ? { level: 'ok', about, text }
    : { level, about, text: `${text}: ${problem}` };
}

function version({ versionNumber }: JudgedFacts): Finding {
  const text = `PostgreSQL ${Math.floor(versionNumber / 10_000)}.${versionNumber % 10_000}`;
  if (versionNumber < oldestServer)
    return finding('version', text, 'too old; use 15 or newer', 'problem');
  return finding(
    'version',
    text,
    versionNumber < newestTried ? null : 'newer than any that was tried',
  );
}

function connections({ maxConnections }: JudgedFacts): Finding {
  const few = maxConnections < fewestConnections;
  return finding(
    'connections',
    `max_connections ${maxConnections}`,
    few ? `a collector takes 20 and a web node 10; set at least ${fewestConnections}` : null,
  );
}

function durability({ fsync, synchronousCommit }: JudgedFacts): Finding {
  const text = `fsync ${fsync ? 'on' : 'off'}, synchronous_commit ${synchronousCommit}`;
  if (!fsync)
    return finding(
      'durability',
      text,
      'a power cut can destroy the database; set fsync = on',
      'problem',
    );
  const lossy = synchronousCommit === 'off';
  return finding(
    'durability',
    text,
    lossy ? 'the last moments are lost in a crash, though they were reported as stored' : null,
  );
}

function clock({ nowMs, ownNowMs }: JudgedFacts): Finding {
  const aheadMs = Math.round(nowMs - ownNowMs);
  const off = Math.abs(aheadMs) > clockToleranceMs;
  return finding(
    'clock',
    `the server is ${Math.abs(aheadMs)} ms ${aheadMs < 0 ? 'behind' : 'ahead'}`,
    off ? 'run NTP on both machines' : null,
  );
}

function role({ inRecovery }: JudgedFacts): Finding {
  return finding(
    'role',
    inRecovery ? 'replica' : 'primary',
    inRecovery ? 'collectors need the primary in DATABASE_URL' : null,
    'problem',
  );
}

function disk({ databaseBytes, freeBytes }: JudgedFacts): Finding {
  const text = `database ${gib(databaseBytes)}${freeBytes === null ? '' : `, ${gib(freeBytes)} free in the data folder`}`;
  const tight = freeBytes !== null && freeBytes < 2 * gibibyte;
  return finding(
    'disk',
    text,
    tight ? 'less than 2 GiB is left; free some, or shorten the retention' : null,
    'problem',
  );
}

function preload({ sharedPreloadLibraries }: JudgedFacts): Finding {
  if (sharedPreloadLibraries === null) {
    return finding('preload', 'shared_preload_libraries cannot be seen by this user', null);
  }
  const there = sharedPreloadLibraries.split(',').some((name) => name.trim() === 'timescaledb');
  const text = `shared_preload_libraries "${sharedPreloadLibraries}"`;
  return finding(
    'preload',
    text,
    there ? null : 'add timescaledb and restart the server',
    'problem',
  );
}

/** The launcher, one worker a database, and those of PostgreSQL itself. */
function workers({ maxWorkerProcesses, timescaleWorkers }: JudgedFacts): Finding {
  const wanted = (timescaleWorkers ?? 0) + 3 + 8;
  const text = `max_worker_processes ${maxWorkerProcesses}, timescaledb.max_background_workers ${timescaleWorkers ?? 0}`;
  return finding(
    'workers',
    text,
    maxWorkerProcesses < wanted
      ? `jobs may starve; set max_worker_processes to at least ${wanted}`
      : null,
  );
}

function gib(bytes: number): string {
  return `${(bytes / gibibyte).toFixed(2)} GiB`;
}
