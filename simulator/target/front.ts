/**
 * The listening side of a target: accepts connections and hands them on, and can refuse, cut off and freeze them.
 * Keeps its port over a refusal, so that the device comes back where it was.
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { NocturneError } from '../../core/errors.ts';
import { FreezableConnection } from './freezable-connection.ts';

export interface FrontOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly accept: (connection: Duplex) => void;
}

export class Front implements AsyncDisposable {
  readonly #options: FrontOptions;
  readonly #connections = new Set<FreezableConnection>();
  #server: Server | null = null;
  #port: number;
  #frozen = false;

  constructor(options: FrontOptions) {
    this.#options = options;
    this.#port = options.port;
  }

  get port(): number {
    return this.#port;
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Starts accepting; throws PORT_TAKEN or ADDRESS_INVALID. */
  async listen(): Promise<void> {
    if (this.#server !== null) return;
    const server = createServer({ noDelay: true }, (socket) => this.#admit(socket));
    this.#server = server;
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host: this.#options.host, port: this.#port, backlog: 128 }, resolve);
      });
    } catch (error) {
      this.#server = null;
      throw listenError(error, this.#options.host, this.#port);
    }
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Refuses new connections and resets the ones there are, until `listen` is called again. */
  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    this.cut();
    if (server !== null) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** Resets every connection; new ones are welcome. */
  cut(): void {
    for (const connection of this.#connections) connection.reset();
    this.#connections.clear();
  }

  /** Half-open: connections stay and nothing passes; new ones are accepted and stay silent. */
  freeze(): void {
    this.#frozen = true;
    for (const connection of this.#connections) connection.freeze();
  }

  thaw(): void {
    this.#frozen = false;
    for (const connection of this.#connections) connection.thaw();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.refuse();
  }

  #admit(socket: Socket): void {
    const connection = new FreezableConnection(socket);
    if (this.#frozen) connection.freeze();
    this.#connections.add(connection);
    connection.once('close', () => this.#connections.delete(connection));
    this.#options.accept(connection);
  }
}

function listenError(cause: unknown, host: string, port: number): NocturneError {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') {
    return new NocturneError(
      'PORT_TAKEN',
      `port ${port} on ${host} is taken by another program; stop it, or choose another port`,
      { cause },
    );
  }
  return new NocturneError(
    'ADDRESS_INVALID',
    `can't listen on ${host} port ${port} (${code ?? 'unknown reason'}); choose an address of this machine and a port this user may open`,
    { cause },
  );
}
