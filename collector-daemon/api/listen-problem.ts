/** Why the HTTP server cannot listen, and what to do. */
import { NocturneError } from '../../core/errors.ts';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export function listenProblem(cause: unknown, { host, port }: ListenAddress): NocturneError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new NocturneError(
      'PORT_TAKEN',
      `port ${port} on ${host} is taken by another program; stop it, or choose another port with PORT=${port < 65_535 ? port + 1 : 4_000}`,
      { cause },
    );
  }
  if (code === 'EACCES') {
    return new NocturneError(
      'PORT_TAKEN',
      `port ${port} needs rights this user does not have; choose one above 1023 with PORT`,
      { cause },
    );
  }
  return new NocturneError(
    'CONFIG_INVALID',
    `HOST "${host}" is not an address of this machine; use 127.0.0.1, 0.0.0.0 or one of its own`,
    { cause },
  );
}
