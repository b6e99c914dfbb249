/**
 * Judges how a server is set for storing many rows a second. What is found are hints: one sentence why, and the line to
 * run. No I/O.
 */
import type { Finding, JudgedFacts } from './finding.ts';

const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;

interface Recommendation {
  readonly setting: string;
  readonly now: string;
  readonly why: string;
  /** As ALTER SYSTEM takes it; null where it is well as it is. */
  readonly wanted: string | null;
  readonly restart?: boolean;
}

export function judgeWriteSettings(facts: JudgedFacts): readonly Finding[] {
  return [
    sharedBuffers(facts),
    cacheSize(facts),
    maxWal(facts),
    checkpointTimeout(facts),
    walCompression(facts),
  ].map((one) => hint(one, facts.fromCommandLine.includes(one.setting)));
}

function hint(
  { setting, now, why, wanted, restart }: Recommendation,
  onCommandLine: boolean,
): Finding {
  const text = `${setting} ${now}`;
  if (wanted === null) return { level: 'ok', about: 'writing', text };
  const alter = `alter system set ${setting} = '${wanted}';`;
  const take = restart === true ? 'and restart the server' : 'then: select pg_reload_conf();';
  const how = onCommandLine
    ? `the server's command line gives it, so set ${setting}=${wanted} there`
    : `as a superuser: ${alter} ${take}`;
  return { level: 'hint', about: 'writing', text: `${text}: ${why}; ${how}` };
}

/** Of a memory that cannot be asked only the default is known to be too little. */
function sharedBuffers({ sharedBuffersBytes, memoryBytes }: JudgedFacts): Recommendation {
  const quarter = memoryBytes === null ? gibibyte : memoryBytes / 4;
  const few = memoryBytes === null ? 128 * mebibyte : memoryBytes * 0.15;
  const many = memoryBytes === null ? Infinity : memoryBytes * 0.4;
  const part = memoryBytes === null ? '' : ` of ${sizeText(memoryBytes)} memory`;
  const well = sharedBuffersBytes > few && sharedBuffersBytes <= many;
  return {
    setting: 'shared_buffers',
    now: `${sizeText(sharedBuffersBytes)}${part}`,
    why: 'about a quarter of the memory keeps the pages that samples are written to, and leaves the rest to the system',
    wanted: well ? null : settingText(quarter),
    restart: true,
  };
}

function cacheSize({ cacheBytes, memoryBytes }: JudgedFacts): Recommendation {
  const well = memoryBytes === null || (cacheBytes >= memoryBytes / 2 && cacheBytes <= memoryBytes);
  return {
    setting: 'effective_cache_size',
    now: sizeText(cacheBytes),
    why: 'plans, and the length of partitions, go by what the machine has for caches: about three quarters of its memory',
    wanted: well ? null : settingText((memoryBytes * 3) / 4),
  };
}

function maxWal({ maxWalBytes, memoryBytes, freeBytes }: JudgedFacts): Recommendation {
  // On another machine nothing is known of the disk.
  const roomBytes = memoryBytes === null || freeBytes === null ? Infinity : freeBytes / 4;
  const wantedBytes = Math.min(8 * gibibyte, roomBytes);
  const well = maxWalBytes >= wantedBytes || wantedBytes < 2 * gibibyte;
  return {
    setting: 'max_wal_size',
    now: sizeText(maxWalBytes),
    why: 'a small one forces checkpoints while much is written, and after each every page is logged whole again; it takes that much disk',
    wanted: well ? null : settingText(wantedBytes),
  };
}

function checkpointTimeout({ checkpointTimeoutMs }: JudgedFacts): Recommendation {
  return {
    setting: 'checkpoint_timeout',
    now: `${checkpointTimeoutMs / 60_000} min`,
    why: 'fewer checkpoints log fewer whole pages; recovery after a crash takes longer, some minutes',
    wanted: checkpointTimeoutMs >= 900_000 ? null : '15min',
  };
}

function walCompression({ walCompression: method, offersLz4 }: JudgedFacts): Recommendation {
  return {
    setting: 'wal_compression',
    now: method,
    why: 'whole pages are most of what is logged after a checkpoint, and shrink to a fraction',
    wanted: method === 'off' ? (offersLz4 ? 'lz4' : 'on') : null,
  };
}

function sizeText(bytes: number): string {
  return bytes >= gibibyte
    ? `${Number((bytes / gibibyte).toFixed(1))} GiB`
    : `${Math.round(bytes / mebibyte)} MiB`;
}

/** As PostgreSQL takes sizes: whole gigabytes where there are two at least, else megabytes. */
function settingText(bytes: number): string {
  return bytes >= 2 * gibibyte
    ? `${Math.floor(bytes / gibibyte)}GB`
    : `${Math.max(128, Math.floor(bytes / mebibyte))}MB`;
}
