/** Who is logged in here, and the trade of a one-time token for a session. */
import type { Role } from '../../core/contract/operation.ts';
import { createStore, type ReadableStore } from '../settings/store.ts';
import type { Connection } from './console-client.ts';
import { failureOf } from './failure.ts';

/**
 * - `checking`: nobody has answered yet.
 * - `in`: calls are made as this person.
 * - `out`: a login link is needed; `problem` says why the last one did not work.
 * - `unreachable`: the server did not answer; asked again from time to time.
 */
export type LoginState =
  | { readonly kind: 'checking' }
  | { readonly kind: 'in'; readonly name: string; readonly role: Role }
  | { readonly kind: 'out'; readonly problem: string | null }
  | { readonly kind: 'unreachable'; readonly problem: string };

const endedSentence = 'The login has ended: its time is over, or it was ended in another window.';

export class Login {
  readonly #state = createStore<LoginState>({ kind: 'checking' });
  readonly #connection: Connection;
  #entering: Promise<void> | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get state(): ReadableStore<LoginState> {
    return this.#state;
  }

  async check(): Promise<void> {
    // The answer to a question asked meanwhile would be from before the login.
    if (this.#entering !== null) return this.#entering;
    try {
      const me = await this.#connection.loginClient.system.me();
      if (me.name === null || me.role === 'public') this.#out();
      else this.#enter({ name: me.name, role: me.role });
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === 'login') this.#out();
      else if (this.#state.get().kind !== 'in')
        this.#state.set({ kind: 'unreachable', problem: failure.sentence });
    }
  }

  async enterWith(token: string): Promise<void> {
    this.#entering = this.#trade(token);
    await this.#entering;
    this.#entering = null;
  }

  async #trade(token: string): Promise<void> {
    try {
      const person = await this.#connection.loginClient.system.login({ token });
      // An open socket still carries the session before.
      this.#connection.restart();
      this.#enter(person);
    } catch (error) {
      this.#state.set({ kind: 'out', problem: failureOf(error).sentence });
    }
  }

  /**
   * Says that nobody is logged in only once that is so: a session that the server still holds comes back with a reload.
   * @throws what the call does, such as that the server cannot be reached
   */
  async leave(): Promise<void> {
    await this.#connection.loginClient.system.logout();
    this.#state.set({ kind: 'out', problem: null });
  }

  #out(): void {
    const wasIn = this.#state.get().kind === 'in';
    this.#state.set({ kind: 'out', problem: wasIn ? endedSentence : null });
  }

  #enter({ name, role }: { name: string; role: Role }): void {
    this.#connection.start();
    this.#state.set({ kind: 'in', name, role });
  }
}

/** The token in what a person pasted: a whole login link, its hash, or the bare token. */
export function tokenIn(text: string): string | null {
  const trimmed = text.trim();
  const fromHash =
    /#.*\btoken=([^&\s]+)/.exec(trimmed)?.[1] ?? /^token=([^&\s]+)$/.exec(trimmed)?.[1];
  if (fromHash !== undefined) return decoded(fromHash);
  return /^[\w.~+/=-]{8,256}$/.test(trimmed) && !trimmed.includes('//') ? trimmed : null;
}

/** Null where a link was cut off in the middle of an escape. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
