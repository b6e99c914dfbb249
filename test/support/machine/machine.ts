/** Runs the commands of a page as they stand there, on a machine of their own (`enter.sh`). */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { clientPrograms } from '../client-programs.ts';

const run = promisify(execFile);
const repo = path.join(import.meta.dirname, '../../..');
/** Mounts, network and processes. */
const own = ['-m', '-n', '-p', '-f', '--mount-proc', '--kill-child'];
const enter = path.join(import.meta.dirname, 'enter.sh');

export type Step =
  | { readonly kind: 'database' }
  /** The program's files, put into `/opt/nocturne/<version>`. */
  | { readonly kind: 'program'; readonly version: string }
  /** Somebody who is not root, with the program's files at home. */
  | { readonly kind: 'person'; readonly name: string }
  | {
      readonly kind: 'commands';
      readonly name: string;
      readonly text: string;
      readonly as?: string;
    };

/** What a machine of its own is made of, tried out in a folder beside the checkout. */
const trial = `
  ip link set lo up
  folder=$(mktemp -d "$0/.nocturne-trial-XXXXXX")
  trap 'umount /etc 2>/dev/null || true; rm -rf "$folder"' EXIT
  mkdir "$folder/upper" "$folder/work"
  mount --make-rprivate /
  mount -t overlay overlay -o "lowerdir=/etc,upperdir=$folder/upper,workdir=$folder/work" /etc`;

/** PostgreSQL's programs; null, and why on standard error, where such a machine cannot be made here. */
export async function machinePrograms(page: string): Promise<string | null> {
  const programs = await clientPrograms();
  const missing =
    programs === null
      ? 'there is no psql; TEST_POSTGRES_BIN may name it'
      : await run('unshare', [...own, 'bash', '-euc', trial, path.dirname(repo)]).then(
          () => null,
          () => 'only root may make a machine of its own, of unshare, ip and an overlay of folders',
        );
  if (missing === null) return programs;
  console.warn(`SKIPPED: the commands of ${page} (${missing})`);
  return null;
}

export interface Ran {
  readonly name: string;
  readonly output: string;
}

/** @throws with all that was said, where a command fails */
export async function runOnMachine(
  programs: string,
  steps: readonly Step[],
): Promise<readonly Ran[]> {
  // On the disk of the checkout, for its packages are linked, not copied; not in it, for others look around there.
  const work = await mkdtemp(path.join(path.dirname(repo), '.nocturne-machine-'));
  try {
    await mkdir(path.join(work, 'blocks'));
    const given: string[] = [];
    for (const step of steps) given.push(await argumentOf(step, work));
    const words = [...own, 'bash', enter, work, repo, programs];
    const { stdout } = await run('unshare', [...words, ...given], {
      maxBuffer: 64 * 2 ** 20,
      timeout: 280_000,
      killSignal: 'SIGKILL',
    }).catch((failed: { stdout: string; stderr: string }) => {
      throw new Error(`${failed.stdout}\n${failed.stderr}`.slice(-6_000));
    });
    return Array.from(
      stdout.matchAll(/^== .*\/blocks\/(.*)\n([^]*?)\n== exit 0$/gm),
      ([, name, output]) => ({ name: name!, output: output! }),
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function argumentOf(step: Step, work: string): Promise<string> {
  switch (step.kind) {
    case 'database':
      return 'database';
    case 'program':
      return `program:${step.version}`;
    case 'person':
      return `person:${step.name}`;
    case 'commands': {
      const file = path.join(work, 'blocks', step.name);
      await writeFile(file, step.text);
      return step.as === undefined ? file : `as:${step.as}:${file}`;
    }
    default:
      return step satisfies never;
  }
}
