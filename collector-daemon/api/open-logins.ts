/**
 * The logins that something is open with, streams and WebSockets: those end with the login, and when it may do something
 * else than before, so that whoever comes back is asked anew. Changes are announced by the database; who missed that looks
 * from time to time.
 */
import { NocturneError } from '../../core/errors.ts';
import type { Actor, FollowedLogin } from '../../service/operations/context.ts';

interface OpenLogin {
  readonly token: string;
  readonly actor: Actor;
  readonly ending: AbortController;
  users: number;
}

export type Recognise = (token: string) => Promise<Actor>;

export class OpenLogins implements AsyncDisposable {
  readonly #recognise: Recognise;
  readonly #open = new Map<string, OpenLogin>();
  #looking: Promise<void> | null = null;
  #again = false;

  constructor(recognise: Recognise) {
    this.#recognise = recognise;
  }

  /** @param actor that the token was recognised as just now */
  follow(token: string, actor: Actor): FollowedLogin {
    const known = this.#open.get(token);
    const isSame = known !== undefined && known.actor.role === actor.role;
    const login = isSame ? known : this.#begin(token, actor);
    login.users += 1;
    // Something may have changed between then and now.
    this.look();
    let disposed = false;
    return {
      signal: login.ending.signal,
      [Symbol.dispose]: () => {
        if (disposed) return;
        disposed = true;
        login.users -= 1;
        if (login.users === 0 && this.#open.get(token) === login) this.#open.delete(token);
      },
    };
  }

  /** Logged out here. */
  end(token: string): void {
    const login = this.#open.get(token);
    if (login !== undefined) this.#abort(login, ended());
  }

  /** Looks at all of them again; a look asked for during one follows it. */
  look(): void {
    this.#again = true;
    this.#looking ??= this.#lookAtAll().finally(() => {
      this.#looking = null;
    });
  }

  /** No look is under way any more, and none follows. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#open.clear();
    await this.#looking;
  }

  async #lookAtAll(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      for (const login of this.#open.values()) {
        // With the database away nothing is known; the next look will tell.
        const actor = await this.#recognise(login.token).catch(() => null);
        if (actor === null) continue;
        if (actor.name === null) this.#abort(login, ended());
        else if (actor.role !== login.actor.role) this.#abort(login, changed(actor));
      }
    }
  }

  #begin(token: string, actor: Actor): OpenLogin {
    const before = this.#open.get(token);
    if (before !== undefined) this.#abort(before, changed(actor));
    const login = { token, actor, ending: new AbortController(), users: 0 };
    this.#open.set(token, login);
    return login;
  }

  #abort(login: OpenLogin, reason: NocturneError): void {
    if (this.#open.get(login.token) === login) this.#open.delete(login.token);
    login.ending.abort(reason);
  }
}

function ended(): NocturneError {
  return new NocturneError('LOGIN_REQUIRED', 'this login has ended: log in again');
}

function changed({ name, role }: Actor): NocturneError {
  return new NocturneError('CONFLICT', `${name} is ${role} from now on: ask again`);
}
