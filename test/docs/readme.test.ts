/** The commands of the README, run by a newcomer who is not root, on a machine of their own. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { machinePrograms, runOnMachine, type Step } from '../support/machine/machine.ts';

const page = await readFile(path.join(import.meta.dirname, '../../README.md'), 'utf8');
const programs = await machinePrograms('README.md');
const blocks = Array.from(page.matchAll(/^```sh\n([^]*?)^```$/gm), ([, block]) => block!);

/** The one block that says so. */
function block(holding: string): string {
  const found = blocks.filter((text) => text.includes(holding));
  if (found.length !== 1) throw new Error(`${found.length} blocks of the README say "${holding}"`);
  return found[0]!;
}

const commands = (name: string, text: string): Step => ({
  kind: 'commands',
  name,
  text,
  as: 'ann',
});

/** As in a terminal that stays open: goes on once the link is there. */
const inBackground = (text: string) => `
  (${text.trim()}) > start.log 2>&1 &
  until grep -q '#token=' start.log; do sleep 0.2; kill -0 $! || { cat start.log; exit 1; }; done
  grep -o 'http://[^ ]*' start.log | head -n 1`;

const things = `
  openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out ca.pem -subj /CN=leaf-07 -days 2 2>/dev/null
  echo only-here > password.txt`;

test('every block of the README is run below, but for the tests themselves', () => {
  const run = ['npm start', 'device add again', 'device add leaf-07'];
  const others = blocks.filter((text) => !run.some((word) => text.includes(word)));
  expect(others).toEqual(['npm ci && npm test\n']);
});

describe.skipIf(programs === null)('the README', () => {
  test('brings a newcomer from nothing to a device of their own', async () => {
    const ran = await runOnMachine(programs!, [
      { kind: 'person', name: 'ann' },
      commands('start', inBackground(block('npm start'))),
      commands('devices', block('device add again')),
      commands('real', `${things}\n${block('device add leaf-07')}npx nocturne device list`),
      commands('help', 'npx nocturne --help\nnpx nocturne config'),
      // Ctrl+C. Brackets, so that the pattern does not find this very command.
      commands(
        'stop',
        `pkill -INT -f '[m]ain.ts demo'
         while pgrep -f '[m]ain.ts demo' > /dev/null; do sleep 0.2; done
         ! pgrep postgres && tail -n 3 start.log`,
      ),
    ]);
    const said = (name: string) => ran.find((one) => one.name === name)?.output ?? '';
    expect(said('start')).toMatch(/http:\/\/\S+#token=\S+/);
    expect(said('devices')).toMatch(/again/);
    expect(said('real')).toMatch(/leaf-07/);
    expect(said('real')).not.toContain('only-here');
    expect(said('help')).toContain('NOCTURNE_DATA_DIR');
    expect(ran.map(({ name }) => name)).toContain('stop');
  }, 300_000);
});
