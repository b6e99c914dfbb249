import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { addDoctorCommand } from '../../../collector-daemon/cli/doctor-command.ts';
import { addKeysCommands } from '../../../collector-daemon/cli/keys-command.ts';
import { loadTargets } from '../../../service/store/inventory/inventory.ts';
import { keyFileIn, readKeyFile, writeKeyFile } from '../../../service/store/secret/key-file.ts';
import {
  masterFingerprint,
  type MasterKey,
  masterKeysText,
  parseMasterKeys,
} from '../../../service/store/secret/master-key.ts';
import { SecretBox } from '../../../service/store/secret/sealed-secret.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { startDaemon } from '../../support/daemon.ts';
import { dataFolder } from '../../support/demo-process.ts';
import { operationsAs, testServices } from '../../support/operation-client.ts';
import { commandsUnder, runCommands } from '../../support/operations-commands.ts';
import { collectorTurn, masterKey } from '../../support/secret-keys.ts';

const endpoint = { address: '192.0.2.1', username: 'noc', password: 'hunter2' };

interface Place extends AsyncDisposable {
  readonly db: TestDatabase;
  readonly dataDir: string;
  keys(...args: string[]): Promise<string>;
  /** Its findings about secrets. */
  doctor(): Promise<string[]>;
  addDevice(name: string): Promise<void>;
}

async function place(env: Readonly<Record<string, string>> = {}): Promise<Place> {
  const stack = new AsyncDisposableStack();
  const db = stack.use(await testDatabase());
  const { path: dataDir } = stack.use(await dataFolder());
  const services = stack.use(testServices(db));
  async function run(add: typeof addKeysCommands, args: readonly string[]): Promise<string[]> {
    const lines: string[] = [];
    const program = new Command();
    add(program, {
      env: { DATABASE_URL: db.url, NOCTURNE_DATA_DIR: dataDir, ...env },
      print: (text) => lines.push(...text.split('\n')),
      warn: (text) => lines.push(text),
      signal: AbortSignal.timeout(60_000),
    });
    // Test servers run without fsync, which the doctor finds fault with.
    await program.parseAsync(args, { from: 'user' }).catch((error: unknown) => {
      if (args[0] !== 'doctor') throw error;
    });
    return lines;
  }
  return {
    db,
    dataDir,
    keys: async (...args) => (await run(addKeysCommands, ['keys', ...args])).join('\n'),
    doctor: async () =>
      (await run(addDoctorCommand, ['doctor'])).filter((line) => /^\S+ +secrets /.test(line)),
    async addDevice(name) {
      const client = operationsAs({ ...services, secrets: new SecretBox([]) }, 'operator');
      await client.device.add({ name, endpoint });
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const row = (...cells: string[]) =>
  expect.stringMatching(new RegExp(`^${cells.join(' +')} *$`, 'm')) as string;

describe('"nocturne keys list" and the doctor', () => {
  test('begin with nothing', async () => {
    await using at = await place();
    expect(await at.keys('list')).toBe('no keys yet: the first collector makes one');
    expect(await at.doctor()).toEqual([
      expect.stringMatching(/^ok +secrets +no key yet: the first collector makes one$/),
    ]);
  });

  test('tell where no keys are needed, and where the right ones are', async () => {
    await using at = await place();
    const key = masterKey('k1');
    const fingerprint = masterFingerprint(key);
    await collectorTurn(at.db, [key]);
    await at.addDevice('leaf-01');
    expect(await at.keys('list')).toEqual(row('k1', fingerprint, 'seals', 'no', '1', 'col-a'));
    expect(await at.doctor()).toEqual([
      expect.stringMatching(
        `^ok +secrets +sealed to the key "k1" \\(${fingerprint}\\), which collectors have \\(first col-a\\); this program needs none$`,
      ),
    ]);
    await writeKeyFile(keyFileIn(at.dataDir), [key]);
    expect(await at.keys('list')).toEqual(row('k1', fingerprint, 'seals', 'yes', '1', 'col-a'));
    expect(await at.doctor()).toEqual([
      expect.stringMatching(`^ok +secrets +sealed to the key "k1" \\(${fingerprint}\\)$`),
    ]);
  });

  test('tell which keys are missing here, and where they are', async () => {
    await using at = await place();
    await collectorTurn(at.db, [masterKey('theirs')]);
    await writeKeyFile(keyFileIn(at.dataDir), [masterKey('own')]);
    expect(await at.doctor()).toEqual([
      expect.stringMatching(
        /^PROBLEM +secrets +what is entered from now on is sealed to the key "theirs", which is not here: copy the file secret-keys from the data folder of the collector col-a to /,
      ),
    ]);
    await at.addDevice('leaf-01');
    const sentence =
      /the secrets of leaf-01 are sealed with the key "theirs", not among the keys here: copy/;
    expect(await at.doctor()).toEqual([expect.stringMatching(sentence)]);
    expect(await at.keys('list')).toMatch(sentence);
  });

  test('tell of secrets that do not open although their key is here', async () => {
    await using at = await place();
    const key = masterKey('k1');
    await collectorTurn(at.db, [key]);
    await writeKeyFile(keyFileIn(at.dataDir), [key]);
    await at.addDevice('leaf-01');
    await at.db.pool.query('update device_endpoint set port = 6030');
    expect(await at.doctor()).toEqual([
      expect.stringMatching(
        /^PROBLEM +secrets +leaf-01: the password kept in credential .* was not entered for 192\.0\.2\.1:6030/,
      ),
    ]);
  });

  test('tell what still needs an old key', async () => {
    await using at = await place();
    const [old, fresh] = [masterKey('old'), masterKey('new')];
    await collectorTurn(at.db, [old]);
    await at.addDevice('leaf-01');
    await collectorTurn(at.db, [fresh, old]);
    await writeKeyFile(keyFileIn(at.dataDir), [fresh, old]);
    expect(await at.doctor()).toEqual([
      expect.stringMatching(/^ok +secrets +sealed to the key "new"/),
      expect.stringMatching(
        /^hint +secrets +1 credential is still sealed to the key "old": a running/,
      ),
    ]);
    await expect(at.keys('drop', 'old')).rejects.toThrow(
      '1 credentials still need the key "old" (leaf-01): "nocturne keys reseal" seals them anew',
    );
    await expect(at.keys('drop', 'new')).rejects.toThrow(
      /^secrets are sealed to the key "new" now/,
    );
    expect(await at.keys('reseal')).toBe(
      'sealed 1 credentials to the key new; 0 left as they were',
    );
    expect(await at.keys('drop', 'old')).toMatch(/^took old out of /);
    expect(await readKeyFile(keyFileIn(at.dataDir))).toEqual([fresh]);
    expect(await at.keys('list')).toEqual(row('old', '\\w+', 'given up', 'no', '0', 'col-a'));
    expect((await loadTargets(at.db.pool, new SecretBox([fresh]))).targets).toHaveLength(1);
  });
});

describe('changing keys', () => {
  test('that are in the environment is done there', async () => {
    const keys = [masterKey('a'), masterKey('b')];
    await using at = await place({ NOCTURNE_SECRET_KEYS: masterKeysText(keys) });
    await expect(at.keys('rotate')).rejects.toThrow(/put what "nocturne keys new" prints in front/);
    expect(parseMasterKeys(await at.keys('new'), 'here')).toHaveLength(1);
    await collectorTurn(at.db, keys);
    expect(await at.keys('drop', 'b')).toBe(
      'nothing needs b any more: take it out of NOCTURNE_SECRET_KEYS everywhere',
    );
  });

  test('needs a key file', async () => {
    await using at = await place();
    await expect(at.keys('rotate')).rejects.toThrow(
      /^there is no key file .*secret-keys: run this/,
    );
    await writeKeyFile(keyFileIn(at.dataDir), [masterKey('a')]);
    await expect(at.keys('drop', 'a')).rejects.toThrow('"a" is the only key in');
    await expect(at.keys('drop', 'b')).rejects.toThrow('there is no key "b" in');
    await expect(at.keys('reseal')).rejects.toThrow(
      'no collector has put its key into this database',
    );
  });

  test('as docs/operations.md tells it: everything is sealed anew, the old key goes', async () => {
    await using at = await place();
    await using programs = await dataFolder();
    await linkNocturne(programs.path);
    const env = { DATABASE_URL: at.db.url, NOCTURNE_DATA_DIR: at.dataDir };
    const shell = { folder: at.dataDir, programs: programs.path, env };
    const [rotate, finish] = await commandsUnder('Changing the keys');
    const settings = { NOCTURNE_SECRET_KEYS: '', NOCTURNE_DATA_DIR: at.dataDir };
    const restarted = async () => {
      const daemon = await startDaemon(at.db.url, 'node-a', settings);
      await daemon.line('runs as both');
      return daemon;
    };
    let old: MasterKey;
    {
      await using _collector = await restarted();
      await at.addDevice('leaf-01');
      [old] = (await readKeyFile(keyFileIn(at.dataDir)))!;
      await runCommands(rotate!, shell);
    }
    await using _collector = await restarted();
    while (/^\S+ +\w+ +opens +yes +1 /m.test(await at.keys('list')));
    await runCommands(finish!.replaceAll('OLD', old!.id), shell);
    const [kept, ...rest] = (await readKeyFile(keyFileIn(at.dataDir)))!;
    expect(rest).toEqual([]);
    expect(kept.id).not.toBe(old!.id);
    expect((await loadTargets(at.db.pool, new SecretBox([kept]))).targets).toMatchObject([
      { endpoint: { password: 'hunter2' } },
    ]);
  });
});

describe('giving a lost key up', () => {
  test('says what it would do, then takes the secrets off their devices', async () => {
    await using at = await place();
    await collectorTurn(at.db, [masterKey('lost')]);
    await at.addDevice('leaf-01');
    await at.addDevice('leaf-02');
    const own = masterKey('own');
    await writeKeyFile(keyFileIn(at.dataDir), [own]);
    expect(await at.keys('forget', 'lost')).toBe(
      'would give up the secrets of leaf-01, leaf-02, for good; add --yes to do it',
    );
    expect(await at.keys('forget', 'lost', '--yes')).toBe(
      'gave up the key lost; enter the passwords of leaf-01, leaf-02 again',
    );
    await collectorTurn(at.db, [own]);
    const { targets, refused } = await loadTargets(at.db.pool, new SecretBox([own]));
    expect(refused).toEqual([]);
    expect(targets.map(({ endpoint: { password } }) => password)).toEqual([null, null]);
    await using services = testServices(at.db);
    const client = operationsAs({ ...services, secrets: new SecretBox([]) }, 'operator');
    const { devices } = await client.device.list({});
    expect(devices.map((one) => one.endpoint?.hasCredential)).toEqual([false, false]);
    const again = { username: 'noc', password: 'two' };
    await client.device.update({ id: devices[0]!.id, endpoint: again });
    expect((await loadTargets(at.db.pool, new SecretBox([own]))).targets).toContainEqual(
      expect.objectContaining({ endpoint: expect.objectContaining(again) as object }),
    );
    expect(await at.doctor()).toEqual([expect.stringMatching(/^ok /)]);
  });

  test('is refused for one that is here, or that nothing knows', async () => {
    await using at = await place();
    const key = masterKey('k1');
    await collectorTurn(at.db, [key]);
    await writeKeyFile(keyFileIn(at.dataDir), [key]);
    await expect(at.keys('forget', 'k1')).rejects.toThrow('the key "k1" is here: there is nothing');
    await expect(at.keys('forget', 'k9')).rejects.toThrow('nothing is sealed with a key "k9"');
  });
});

/** `nocturne` as it is on the path of an installation. */
async function linkNocturne(folder: string): Promise<void> {
  const main = path.join(import.meta.dirname, '../../../collector-daemon/main.ts');
  const file = path.join(folder, 'nocturne');
  await writeFile(file, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  await chmod(file, 0o755);
  expect(await readFile(file, 'utf8')).toContain(main);
}
