/** The WebSockets that are open, by the login session they came with: they end when it does. */
export interface SessionSocket {
  close(code: number, reason: string): void;
  on(event: 'close', run: () => void): unknown;
}

/** RFC 6455 §7.4.1: the endpoint refuses to go on for a policy of its own. */
const policyViolation = 1_008;

export class OpenSockets {
  readonly #byToken = new Map<string, Set<SessionSocket>>();

  add(token: string, socket: SessionSocket): void {
    const others = this.#byToken.get(token) ?? new Set();
    this.#byToken.set(token, others.add(socket));
    socket.on('close', () => {
      others.delete(socket);
      if (others.size === 0 && this.#byToken.get(token) === others) this.#byToken.delete(token);
    });
  }

  /** Logged out. */
  end(token: string): void {
    for (const socket of this.#byToken.get(token) ?? []) {
      socket.close(policyViolation, 'the login session has ended');
    }
  }

  /** Ends the sockets of sessions that ran out, or were ended on another node. */
  async check(isOpen: (token: string) => Promise<boolean>): Promise<void> {
    for (const token of this.#byToken.keys()) if (!(await isOpen(token))) this.end(token);
  }
}
