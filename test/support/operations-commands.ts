/** The commands of docs/operations.md, run as they stand there. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const page = path.join(import.meta.dirname, '../../docs/operations.md');

/** The shell blocks under a heading. */
export async function commandsUnder(heading: string): Promise<string[]> {
  const text = await readFile(page, 'utf8');
  const section = text.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`${page} has no heading "${heading}"`);
  return Array.from(section.matchAll(/^```sh\n([^]*?)^```$/gm), ([, block]) => block!);
}

export interface ShellPlace {
  /** Where the commands run and leave their files. */
  readonly folder: string;
  /** Found before everything else of that name. */
  readonly programs: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Ends at the first command that fails. Where there is no user `nocturne`, files are given to who runs the test. */
export async function runCommands(commands: string, place: ShellPlace): Promise<void> {
  const there = await run('id', ['nocturne']).then(
    () => true,
    () => false,
  );
  const own = `-o ${process.getuid!()} -g ${process.getgid!()}`;
  const asHere = there ? commands : commands.replaceAll('-o nocturne -g nocturne', own);
  await run('sh', ['-euc', asHere], {
    cwd: place.folder,
    env: { ...process.env, ...place.env, PATH: `${place.programs}:${process.env['PATH']}` },
  });
}
