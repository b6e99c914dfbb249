/** `nocturne device`: the inventory from the command line; a running collector follows at once. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { adminStates, type Device, type EndpointInput } from '../../core/contract/device.ts';
import { NocturneError } from '../../core/errors.ts';
import type { CommandContext } from './command-context.ts';
import { endpointGiven, type EndpointOptions, withEndpoint } from './endpoint-options.ts';
import { type LocalOperations, openLocalOperations } from './local-operations.ts';
import { table } from './table.ts';

interface ChangeOptions extends EndpointOptions {
  readonly name?: string;
  readonly address?: string;
  readonly site?: string;
  readonly state?: (typeof adminStates)[number];
}

interface AddOptions extends EndpointOptions {
  readonly site?: string;
  readonly tag: Readonly<Record<string, string>>;
  readonly test?: true;
}

const examples = `
Examples:
  nocturne device test 192.0.2.7 --tls-ca ca.pem --username noc --password-stdin < password.txt
  nocturne device add leaf-07 192.0.2.7 --tls-ca ca.pem --username noc --password-stdin --site fra-1 < password.txt
  nocturne device add lab-1 fd00::7 --port 6030 --tls plaintext --tag role=lab --tag rack=3 --test
  nocturne device list --json
  nocturne device change leaf-07 --target leaf-07.fra --max-message-mib 128
  nocturne device remove leaf-07`;

export function addDeviceCommands(program: Command, context: CommandContext): void {
  const device = program
    .command('device')
    .description('list, add, change, test and remove devices')
    .addHelpText('after', examples);
  withEndpoint(device.command('add <name> <address>'), 'new')
    .description('add a device; a running collector starts its session at once')
    .option('--site <name>', 'site it stands at; made when there is none of that name')
    .addOption(
      new Option('--tag <key=value>', 'tag, may be given several times')
        .argParser(collectTag)
        .default({}, 'none'),
    )
    .option('--test', 'try the connection first; add the device only if it works')
    .action((name: string, address: string, options: AddOptions) =>
      withOperations(context, (operations) =>
        addDevice({ name, address, options }, operations, context),
      ),
    );
  withEndpoint(device.command('change <name-or-id>'), 'change')
    .description('change a device; what is not given stays, and a running collector follows')
    .option('--name <name>', 'another name')
    .option('--address <address>', 'another address')
    .option('--site <name>', 'another site')
    .addOption(new Option('--state <state>', 'what it is meant to be').choices(adminStates))
    .action((wanted: string, options: ChangeOptions) =>
      withOperations(context, async (operations) => {
        const id = await findDevice(wanted, 'change', operations);
        const { name } = await operations.client.device.update({
          id,
          ...(await changeGiven(options)),
        });
        context.print(`changed ${name}`);
      }),
    );
  withEndpoint(device.command('test <address>'), 'new')
    .description('try a connection step by step without adding anything')
    .action((address: string, options: EndpointOptions) =>
      withOperations(context, async (operations) =>
        runTest(await endpointOf(address, options), operations, context),
      ),
    );
  device
    .command('list')
    .description('all devices with the state of their sessions')
    .option('--json', 'as JSON')
    .action((options: { json?: true }) =>
      withOperations(context, async ({ client }) => {
        const { devices } = await client.device.list({});
        context.print(options.json === true ? JSON.stringify(devices, null, 2) : listing(devices));
      }),
    );
  for (const [verb, past, about] of [
    ['remove', 'removed', 'retire a device: its session ends, its data stays'],
    ['restore', 'restored', 'undo a removal'],
  ] as const) {
    device
      .command(`${verb} <name-or-id>`)
      .description(about)
      .action((wanted: string) =>
        withOperations(context, async (operations) => {
          const id = await findDevice(wanted, verb, operations);
          const { name } = await operations.client.device[verb]({ id });
          context.print(
            verb === 'remove'
              ? `${past} ${name}; undo with: nocturne device restore ${id}`
              : `${past} ${name}`,
          );
        }),
      );
  }
}

/** @throws NocturneError CONFIG_INVALID where nothing is to be changed */
async function changeGiven({ name, address, site, state, ...options }: ChangeOptions) {
  const way = await endpointGiven(options);
  const endpoint = address === undefined ? way : { address, ...way };
  const change = {
    ...(name === undefined ? {} : { name }),
    ...(site === undefined ? {} : { site }),
    ...(state === undefined ? {} : { adminState: state }),
    ...(Object.keys(endpoint).length === 0 ? {} : { endpoint }),
  };
  if (Object.keys(change).length > 0) return change;
  throw new NocturneError(
    'CONFIG_INVALID',
    'nothing is to be changed: "nocturne device change --help" shows what can be',
  );
}

async function withOperations(
  context: CommandContext,
  run: (operations: LocalOperations) => Promise<void>,
): Promise<void> {
  await using operations = await openLocalOperations(context);
  await run(operations);
}

async function addDevice(
  { name, address, options }: { name: string; address: string; options: AddOptions },
  operations: LocalOperations,
  context: CommandContext,
): Promise<void> {
  const endpoint = await endpointOf(address, options);
  if (options.test === true) await runTest(endpoint, operations, context);
  const site = options.site === undefined ? {} : { site: options.site };
  const added = await operations.client.device.add({ name, endpoint, tags: options.tag, ...site });
  context.print(`added ${added.name} (${added.id})`);
}

async function runTest(
  endpoint: EndpointInput,
  { client }: LocalOperations,
  { print, signal }: CommandContext,
): Promise<void> {
  const { commandId } = await client.device.testConnection({ endpoint });
  let shown = 0;
  for await (const command of await client.command.watch({ id: commandId }, { signal })) {
    const done = command.steps.filter(({ state }) => state !== 'running');
    for (const step of done.slice(shown)) {
      const mark = step.state === 'done' ? 'ok    ' : 'failed';
      print(
        `  ${mark} ${step.name.padEnd(14)} ${String(step.elapsedMs).padStart(6)} ms  ${step.detail}`,
      );
    }
    shown = done.length;
    if (command.problem !== null) throw new NocturneError('SESSION_FAILED', command.problem);
  }
}

/** @throws NocturneError CONFIG_INVALID */
async function endpointOf(address: string, options: EndpointOptions): Promise<EndpointInput> {
  if (options.passwordStdin === true && options.username === undefined) {
    throw new NocturneError('CONFIG_INVALID', 'a password needs its user: give --username as well');
  }
  return { address, ...(await endpointGiven(options)) };
}

function collectTag(text: string, tags: Readonly<Record<string, string>>): Record<string, string> {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined)
    throw new InvalidArgumentError('Expected key=value.');
  return { ...tags, [key]: value };
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Removed devices have given their name away, so they are restored by id. */
async function findDevice(
  wanted: string,
  verb: 'change' | 'remove' | 'restore',
  { client }: LocalOperations,
): Promise<string> {
  if (uuid.test(wanted)) return wanted;
  const { devices } = await client.device.list({});
  const found = devices.find(({ name }) => name === wanted);
  if (found !== undefined) return found.id;
  const way =
    verb === 'restore'
      ? 'give the id that "device remove" printed'
      : '"nocturne device list" shows all';
  throw new NocturneError('NOT_FOUND', `there is no device named "${wanted}"; ${way}`);
}

function listing(devices: readonly Device[]): string {
  if (devices.length === 0) return 'no devices yet; add one with: nocturne device add NAME ADDRESS';
  return table(
    ['NAME', 'ADDRESS', 'TLS', 'SITE', 'PLATFORM', 'SESSION', 'UPDATES/S', 'LAST ERROR'],
    devices.map(({ name, endpoint, site, platform, session, adminState }) => [
      name,
      endpoint === null ? '' : `${endpoint.address}:${endpoint.port}`,
      endpoint?.tlsMode ?? '',
      site ?? '',
      platform ?? '',
      adminState === 'inactive' ? 'inactive' : (session?.state ?? 'waiting'),
      session === null ? '' : session.updatesPerSecond.toFixed(1),
      session?.state === 'streaming' ? '' : (session?.lastError ?? ''),
    ]),
  );
}
