/** How a device is reached, as options of the command line. */
import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { type EndpointInput, tlsModes } from '../../core/contract/device.ts';
import { NocturneError, sentenceOf } from '../../core/errors.ts';
import { wholeNumber } from './numbers.ts';

export interface EndpointOptions {
  readonly port?: number;
  readonly tls?: (typeof tlsModes)[number];
  readonly tlsName?: string;
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly username?: string;
  readonly passwordStdin?: true;
  readonly target?: string;
  readonly maxMessageMib?: number | 'usual';
}

export type GivenEndpoint = Partial<EndpointInput>;

/** @param how whether what is left out is as for a new device, or stays as it is */
export function withEndpoint(command: Command, how: 'new' | 'change'): Command {
  const port = new Option('--port <port>', 'gNMI port').argParser(wholeNumber(1, 65_535));
  const tls = new Option('--tls <mode>', 'how the connection is secured').choices(tlsModes);
  const limit = new Option(
    '--max-message-mib <number>',
    'largest message to take, in MiB; usual: 64',
  ).argParser((text) => (text === 'usual' ? text : wholeNumber(1, 1_024)(text)));
  return command
    .addOption(how === 'new' ? port.default(57_400) : port)
    .addOption(how === 'new' ? tls.default('verified') : tls)
    .option(
      '--tls-name <name>',
      'name expected in the certificate, where it differs from the address',
    )
    .option('--tls-ca <file>', 'CA certificate (PEM) to trust')
    .option('--tls-cert <file>', 'our certificate (PEM), for mutual TLS')
    .option('--tls-key <file>', 'our key (PEM), for mutual TLS')
    .option('--username <name>', 'user name on the device')
    .option('--password-stdin', 'read the password from standard input')
    .option(
      '--target <name>',
      'which device is meant, where the address stands for several (gNMI prefix.target)',
    )
    .addOption(limit);
}

/** @throws NocturneError CONFIG_INVALID for a file or a password that cannot be read */
export async function endpointGiven(options: EndpointOptions): Promise<GivenEndpoint> {
  const { port, tls, tlsName, username, target, maxMessageMib } = options;
  const given = {
    port,
    tlsMode: tls,
    tlsName,
    username,
    password: options.passwordStdin === true ? await readPassword() : undefined,
    requestTarget: target,
    maxMessageBytes: bytesOf(maxMessageMib),
    tlsCaPem: await readPem(options.tlsCa),
    tlsCertificatePem: await readPem(options.tlsCert),
    tlsKeyPem: await readPem(options.tlsKey),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function bytesOf(mebibytes: EndpointOptions['maxMessageMib']): number | null | undefined {
  return typeof mebibytes === 'number' ? mebibytes * 1_048_576 : mebibytes && null;
}

async function readPassword(): Promise<string> {
  let text = '';
  for await (const part of process.stdin.setEncoding('utf8')) text += String(part);
  const password = text.replace(/\r?\n$/, '');
  if (password !== '') return password;
  throw new NocturneError(
    'CONFIG_INVALID',
    'no password came on standard input: send it as in --password-stdin < password.txt',
  );
}

async function readPem(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new NocturneError('CONFIG_INVALID', `${file} cannot be read (${sentenceOf(cause)})`, {
      cause,
    });
  }
}
