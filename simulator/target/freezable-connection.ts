/**
 * A TCP connection that can be frozen: nothing passes either way and the peer is not told, as when a cable is pulled
 * behind a switch. HTTP/2 pings stay unanswered too, which muting the server alone would not achieve.
 */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

type Done = (error?: Error | null) => void;

export class FreezableConnection extends Duplex {
  readonly #socket: Socket;
  #frozen = false;
  #heldWrite: (() => void) | null = null;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => {
      if (!this.push(bytes) || this.#frozen) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('error', () => this.destroy());
    socket.on('close', () => this.destroy());
  }

  freeze(): void {
    this.#frozen = true;
    this.#socket.pause();
  }

  thaw(): void {
    this.#frozen = false;
    this.#socket.resume();
    this.#heldWrite?.();
    this.#heldWrite = null;
  }

  /** Breaks the connection off with a reset. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  override _read(): void {
    if (!this.#frozen) this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#whenThawed(() => this.#socket.write(chunk, done));
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: Done): void {
    this.#whenThawed(() => {
      this.#socket.cork();
      chunks.forEach(({ chunk }, at) =>
        this.#socket.write(chunk, at === chunks.length - 1 ? done : undefined),
      );
      this.#socket.uncork();
    });
  }

  override _final(done: Done): void {
    this.#whenThawed(() => this.#socket.end(() => done()));
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#socket.destroy();
    done(error);
  }

  #whenThawed(write: () => void): void {
    if (this.#frozen) this.#heldWrite = write;
    else write();
  }
}
