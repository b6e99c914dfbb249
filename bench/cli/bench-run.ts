/** What every bench needs around it: a folder of its own, and to tell its figures with the machine they are of. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { version } from '../../collector-daemon/version.ts';
import type { CommandContext } from '../../collector-daemon/cli/command-context.ts';

/** Runs with a folder for databases, gone afterwards. */
export async function inBenchFolder<Answer>(
  run: (folder: string) => Promise<Answer>,
): Promise<Answer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'nocturne-bench-'));
  try {
    // The database's unprivileged user must be able to pass through.
    await chmod(folder, 0o711);
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One JSON document where `options` ask for it, else the text. */
export function printFigures(
  { print }: CommandContext,
  { options, figures, text }: { options: { json?: true }; figures: object; text: string },
): void {
  const [first, ...others] = cpus();
  const cpu = first?.model ?? 'unknown';
  const machine = { cpu, processors: others.length + 1, node: process.version };
  if (options.json === true) {
    print(JSON.stringify({ version, machine, options, ...figures }, null, 2));
    return;
  }
  print(`${machine.processors} × ${cpu}, Node ${machine.node}\n`);
  print(text);
}
