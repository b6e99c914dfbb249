/** `nocturne keys`: which keys seal the secrets of this database, who needs which, and changing them. */
import type { Command } from 'commander';
import { NocturneError } from '../../core/errors.ts';
import { transaction } from '../../service/store/connection/transaction.ts';
import {
  forgetKey,
  isNamed,
  markLost,
  whoNeedsKey,
  type KeyNeed,
} from '../../service/store/secret/forget-key.ts';
import { keyFileIn, readKeyFile, writeKeyFile } from '../../service/store/secret/key-file.ts';
import { holds, readKeyFit } from '../../service/store/secret/key-fit.ts';
import {
  makeMasterKey,
  masterFingerprint,
  type MasterKey,
  masterKeysText,
} from '../../service/store/secret/master-key.ts';
import { resealSecrets } from '../../service/store/secret/reseal.ts';
import { loadSharedSecrets } from '../../service/store/secret/shared-secrets.ts';
import type { SecretBox } from '../../service/store/secret/sealed-secret.ts';
import type { CommandContext } from './command-context.ts';
import { keysListing } from './keys-listing.ts';
import { dataDirOf, type LocalOperations, openLocalOperations } from './local-operations.ts';

const examples = `
Keys are those of the collectors: NOCTURNE_SECRET_KEYS, else the file secret-keys of the data folder. No key is printed
but by "keys new".

Examples:
  nocturne keys list
  nocturne keys rotate                 a new key into the key file, before the old one
  nocturne keys drop k1a2b3            takes the old one out, once nothing needs it any more
  nocturne keys forget k1a2b3 --yes    gives up what only a lost key opens`;

export function addKeysCommands(program: Command, context: CommandContext): void {
  const keys = program
    .command('keys')
    .description('the keys that seal passwords: list, change, give up')
    .addHelpText('after', examples);
  keys
    .command('list')
    .description('keys of this database, whether they are here, and what is sealed with each')
    .action(() => withKeys(context, (place) => list(place, context)));
  keys
    .command('new')
    .description('print a new key, to be put first into NOCTURNE_SECRET_KEYS')
    .action(() => context.print(masterKeysText([makeMasterKey()])));
  keys
    .command('rotate')
    .description('put a new key before those in the key file')
    .action(() => rotate(context));
  keys
    .command('reseal')
    .description('seal everything to the key in use at once, as a collector does by itself')
    .action(() => withKeys(context, (place) => reseal(place, context)));
  keys
    .command('drop <key>')
    .description('take a key that nothing needs any more out of the key file')
    .action((key: string) => withKeys(context, (place) => drop(key, place, context)));
  keys
    .command('forget <key>')
    .description('give up a lost key, and the passwords that only it opens')
    .option('--yes', 'do it; without, it only says what would be given up')
    .action((key: string, { yes }: { yes?: true }) =>
      withKeys(context, (place) => forget({ key, yes: yes === true }, place, context)),
    );
}

interface KeyPlace {
  readonly operations: LocalOperations;
  readonly box: SecretBox;
  readonly keyFile: string;
}

async function withKeys(
  context: CommandContext,
  run: (place: KeyPlace) => Promise<void>,
): Promise<void> {
  await using operations = await openLocalOperations(context);
  const dataDir = dataDirOf(context.env);
  const box = await loadSharedSecrets(context.env['NOCTURNE_SECRET_KEYS'], dataDir);
  await run({ operations, box, keyFile: keyFileIn(dataDir) });
}

async function list({ operations, box, keyFile }: KeyPlace, { print }: CommandContext) {
  const fit = await readKeyFit(operations.pool, box.masters);
  print(keysListing(fit, box.masters, keyFile));
}

async function rotate({ env, print }: CommandContext): Promise<void> {
  if (env['NOCTURNE_SECRET_KEYS']) {
    throw new NocturneError(
      'CONFIG_INVALID',
      'the keys come from NOCTURNE_SECRET_KEYS, not from a file: put what "nocturne keys new" prints in front of it, with a comma between',
    );
  }
  const keyFile = keyFileIn(dataDirOf(env));
  const old = await fileKeys(keyFile);
  const made = makeMasterKey();
  await writeKeyFile(keyFile, [made, ...old]);
  print(`made the key ${made.id} (${masterFingerprint(made)}), now the first in ${keyFile}`);
  print('next: copy that file to all other collectors, and restart them; the one at work last.');
  print(
    `Then "nocturne keys list" tells when nothing needs ${old[0].id} any more: "nocturne keys drop ${old[0].id}".`,
  );
}

/** @throws CONFIG_INVALID */
async function fileKeys(keyFile: string): Promise<readonly [MasterKey, ...MasterKey[]]> {
  const keys = await readKeyFile(keyFile);
  if (keys !== null) return keys;
  throw new NocturneError(
    'CONFIG_INVALID',
    `there is no key file ${keyFile}: run this where a collector runs, as its user and with its settings`,
  );
}

async function reseal({ operations, box }: KeyPlace, { print }: CommandContext): Promise<void> {
  const { masters } = box;
  const { known } = await readKeyFit(operations.pool, masters);
  const current = known.find((key) => key.current);
  if (current === undefined || masters[0] === undefined || !holds([masters[0]], current)) {
    throw new NocturneError(
      'CONFIG_INVALID',
      current === undefined
        ? 'no collector has put its key into this database yet: start one, it seals everything anew by itself'
        : `secrets are sealed to the key "${current.id}" now, which is not the first one here: run this with the keys of the collector at work`,
    );
  }
  const { sealed, left } = await resealSecrets(operations.pool, box, operations.actor);
  print(`sealed ${sealed} credentials to the key ${current.id}; ${left} left as they were`);
  if (left > 0) print('"nocturne doctor" says why those do not open.');
}

async function drop(
  key: string,
  { operations, keyFile }: KeyPlace,
  { env, print }: CommandContext,
): Promise<void> {
  const { pool } = operations;
  const { known } = await readKeyFit(pool, []);
  const wanted = known.find((one) => isNamed(one, key));
  if (wanted?.current === true) {
    throw new NocturneError(
      'CONFLICT',
      `secrets are sealed to the key "${wanted.id}" now: put a new one first ("nocturne keys rotate") and restart the collectors`,
    );
  }
  const needs = await whoNeedsKey(pool, key);
  if (needs.length > 0) {
    throw new NocturneError(
      'CONFLICT',
      `${needs.length} credentials still need the key "${key}" (${devicesOf(needs)}): "nocturne keys reseal" seals them anew`,
    );
  }
  if (env['NOCTURNE_SECRET_KEYS']) {
    await markLost(pool, key);
    return print(`nothing needs ${key} any more: take it out of NOCTURNE_SECRET_KEYS everywhere`);
  }
  const old = await fileKeys(keyFile);
  const kept = old.filter(
    (one) => !isNamed({ id: one.id, fingerprint: masterFingerprint(one) }, key),
  );
  if (kept.length === old.length) {
    throw new NocturneError('NOT_FOUND', `there is no key "${key}" in ${keyFile}`);
  }
  if (kept.length === 0) {
    throw new NocturneError('CONFLICT', `"${key}" is the only key in ${keyFile}: it stays`);
  }
  await writeKeyFile(keyFile, kept);
  await markLost(pool, key);
  return print(
    `took ${key} out of ${keyFile}; do the same, or copy the file, on all other collectors`,
  );
}

async function forget(
  { key, yes }: { key: string; yes: boolean },
  { operations, box }: KeyPlace,
  { print }: CommandContext,
): Promise<void> {
  const { pool, actor } = operations;
  const here = box.masters.some((one) =>
    isNamed({ id: one.id, fingerprint: masterFingerprint(one) }, key),
  );
  if (here)
    throw new NocturneError('CONFLICT', `the key "${key}" is here: there is nothing to give up`);
  const needs = await whoNeedsKey(pool, key);
  const { known } = await readKeyFit(pool, []);
  if (needs.length === 0 && !known.some((one) => isNamed(one, key))) {
    throw new NocturneError(
      'NOT_FOUND',
      `nothing is sealed with a key "${key}"; see "nocturne keys list"`,
    );
  }
  if (!yes) {
    return print(
      `would give up the secrets of ${needs.length === 0 ? 'no device' : devicesOf(needs)}, for good; add --yes to do it`,
    );
  }
  await transaction(pool, (db) => forgetKey(db, { key, actor }), { actor });
  return print(
    `gave up the key ${key}${needs.length === 0 ? '' : `; enter the passwords of ${devicesOf(needs)} again`}`,
  );
}

function devicesOf(needs: readonly KeyNeed[]): string {
  const names = [...new Set(needs.flatMap(({ device }) => device ?? []))].toSorted();
  const removed = needs.filter(({ device }) => device === null).length;
  const others = removed === 0 ? [] : [`${removed} removed ones`];
  return [
    ...names.slice(0, 20),
    ...(names.length > 20 ? [`${names.length - 20} more`] : []),
    ...others,
  ].join(', ');
}
