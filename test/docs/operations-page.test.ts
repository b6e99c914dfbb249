/** The commands of docs/operations.md, each run by the user that the page names, on a machine of their own. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { machinePrograms, runOnMachine, type Step } from '../support/machine/machine.ts';
import { commandsUnder } from '../support/operations-commands.ts';

const page = await readFile(path.join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
const programs = await machinePrograms('docs/operations.md');

/** A command that the page says within a sentence. */
function inline(command: RegExp): string {
  const found = Array.from(page.matchAll(/`([^`\n]+)`/g), ([, text]) => text!).find((text) =>
    command.test(text),
  );
  if (found === undefined) throw new Error(`the page says no command like ${command.source}`);
  return found;
}

const commands = (name: string, text: string): Step => ({ kind: 'commands', name, text });

describe.skipIf(programs === null)('docs/operations.md', () => {
  test('installs, lets people in, rotates keys, saves the configuration and upgrades', async () => {
    const [database, install, first] = await commandsUnder('A node under systemd');
    const [rotate, drop] = await commandsUnder('Changing the keys');
    const [configuration] = await commandsUnder('The configuration alone');
    const [upgrade] = upgradeCommands();
    const ready = inline(/^curl .*\/ready$/);
    const restart = inline(/^systemctl restart nocturne$/);
    const ran = await runOnMachine(programs!, [
      { kind: 'database' },
      commands('database', database!),
      { kind: 'program', version: '0.1.0' },
      commands('install', install!),
      commands('ready', ready),
      commands(
        'user',
        `ps -o user= -p "$(cat /run/nocturne.pid)"; stat -c '%U %a' /var/lib/nocturne/*key*`,
      ),
      commands('first', first!),
      commands('rotate', `${rotate!}\n${restart}\n${ready}\nnocturne keys list`),
      commands('drop', withOldKey(drop!)),
      commands('configuration', configuration!),
      { kind: 'program', version: '0.2.0' },
      commands('upgrade', `${upgrade!}\n${restart}\n${ready}`),
      commands('where', 'readlink "/proc/$(cat /run/nocturne.pid)/cwd"; nocturne doctor'),
    ]);
    const said = (name: string) => ran.find((one) => one.name === name)?.output ?? '';
    expect(said('ready')).toContain('{"ready":true,"reasons":[]}');
    expect(said('user')).toBe('nocturne\nnocturne 600\n');
    expect(said('first')).toMatch(/^https:\/\/nocturne\.example\/console\/login#token=\S{43}$/m);
    expect(said('configuration')).toContain('everything is as the file says already');
    expect(said('where')).toContain('/opt/nocturne/0.2.0\n');
    expect(ran.map(({ name }) => name)).toContain('where');
  }, 300_000);
});

function upgradeCommands(): string[] {
  const section = page.split(/^## /m).find((part) => part.startsWith('Upgrading\n'))!;
  return Array.from(section.matchAll(/^ {3}```sh\n([^]*?)^ {3}```$/gm), ([, block]) =>
    block!.replace(/^ {3}/gm, ''),
  );
}

/** `OLD` is the name that the list shows of a key that nothing needs. */
function withOldKey(block: string): string {
  const old = String.raw`$(nocturne keys list | awk '$1 ~ /^k/ { name = $1 } END { print name }')`;
  return block.replace('nocturne keys drop OLD', `nocturne keys drop "${old}"`);
}
