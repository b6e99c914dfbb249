/** How a bench sets its embedded PostgreSQL: durable, and else as `nocturne doctor` would have a server of this machine. */
import { totalmem } from 'node:os';
import { InvalidArgumentError } from 'commander';

const mebibyte = 2 ** 20;

/** Settings of postgresql.conf; `changed` ones win. */
export function benchSettings(
  changed: Readonly<Record<string, string>> = {},
  memoryBytes = totalmem(),
): Record<string, string> {
  const megabytes = (bytes: number) => `${Math.floor(bytes / mebibyte)}MB`;
  return {
    fsync: 'on',
    synchronous_commit: 'on',
    shared_buffers: megabytes(memoryBytes / 4),
    effective_cache_size: megabytes((memoryBytes * 3) / 4),
    maintenance_work_mem: megabytes(memoryBytes / 24),
    max_wal_size: '8GB',
    checkpoint_timeout: '15min',
    ...changed,
  };
}

/** A commander argument parser for `--set name=value`, given as often as wanted. */
export function addSetting(
  text: string,
  earlier: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const [, name, value] = /^([a-z_]+)=(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError('Expected name=value, for example shared_buffers=256MB.');
  }
  return { ...earlier, [name]: value };
}
