/** People, their logins and tokens, kept in memory for the console without a server. Test support only. */
import { ORPCError } from '@orpc/server';
import type { LoginSession, Person, PersonRole } from '../../core/contract/people.ts';
import type { ApiToken } from '../../core/contract/token.ts';
import type { Uuid } from '../../core/id.ts';
import { inventedId } from './invented-network.ts';

export class InventedPeople {
  people: Person[];
  sessions: LoginSession[];
  tokens: ApiToken[];
  #made = 10;

  constructor(nowMs: number) {
    const person = (index: number, name: string, role: PersonRole): Person => ({
      id: inventedId<Uuid>(6, index),
      name,
      role,
      createdAtMs: nowMs - (index + 1) * 86_400_000,
      logins: index === 2 ? 0 : 1,
      lastUsedAtMs: index === 2 ? null : nowMs - index * 60_000,
    });
    this.people = [
      person(0, 'operator-1', 'admin'),
      person(1, 'ann', 'operator'),
      person(2, 'viewer-1', 'viewer'),
    ];
    this.sessions = this.people.slice(0, 2).map(({ id, name, role }, index) => ({
      id: inventedId<Uuid>(7, index),
      personId: id,
      name,
      role,
      startedAtMs: nowMs - 3_600_000,
      expiresAtMs: nowMs + 11 * 3_600_000,
      lastUsedAtMs: nowMs - index * 60_000,
      client: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36',
      own: index === 0,
    }));
    this.tokens = [
      {
        id: inventedId<Uuid>(8, 0),
        name: 'wall-board-1',
        hint: 'nct_Ab3d',
        role: 'viewer',
        createdBy: 'operator-1',
        createdAtMs: nowMs - 86_400_000,
        expiresAtMs: nowMs + 90 * 86_400_000,
        lastUsedAtMs: nowMs - 30_000,
        expired: false,
      },
    ];
  }

  add(name: string, role: PersonRole = 'viewer'): Person {
    if (this.people.some((one) => one.name === name)) {
      throw new ORPCError('CONFLICT', {
        status: 409,
        message: `There is somebody named "${name}".`,
      });
    }
    this.#made += 1;
    const id = inventedId<Uuid>(6, this.#made);
    const made = { id, name, role, createdAtMs: Date.now(), logins: 0, lastUsedAtMs: null };
    this.people.push(made);
    return made;
  }

  setRole(id: Uuid, role: PersonRole): Person {
    const found = this.#find(id);
    this.#keepAdmin(found, role);
    const changed = { ...found, role };
    this.people = this.people.map((one) => (one.id === id ? changed : one));
    return changed;
  }

  disable(id: Uuid): { ended: number } {
    const found = this.#find(id);
    this.#keepAdmin(found, null);
    this.people = this.people.filter((one) => one.id !== id);
    return this.endSessions(id);
  }

  endSessions(personId: Uuid): { ended: number } {
    const before = this.sessions.length;
    this.sessions = this.sessions.filter((one) => one.personId !== personId);
    return { ended: before - this.sessions.length };
  }

  endSession(id: Uuid): { ended: boolean } {
    const before = this.sessions.length;
    this.sessions = this.sessions.filter((one) => one.id !== id);
    return { ended: this.sessions.length < before };
  }

  makeToken(
    name: string,
    role: PersonRole,
    expiresInDays: number | null,
  ): ApiToken & { token: string } {
    this.#made += 1;
    const made: ApiToken = {
      id: inventedId<Uuid>(8, this.#made),
      name,
      hint: 'nct_new1',
      role,
      createdBy: 'operator-1',
      createdAtMs: Date.now(),
      expiresAtMs: expiresInDays === null ? null : Date.now() + expiresInDays * 86_400_000,
      lastUsedAtMs: null,
      expired: false,
    };
    this.tokens.push(made);
    return { ...made, token: 'nct_new1-shown-once' };
  }

  revoke(id: Uuid): ApiToken {
    const found = this.tokens.find((one) => one.id === id);
    if (found === undefined)
      throw new ORPCError('NOT_FOUND', { status: 404, message: 'No token.' });
    this.tokens = this.tokens.filter((one) => one.id !== id);
    return found;
  }

  #find(id: Uuid): Person {
    const found = this.people.find((one) => one.id === id);
    if (found !== undefined) return found;
    throw new ORPCError('NOT_FOUND', { status: 404, message: 'Nobody with that id may log in.' });
  }

  #keepAdmin({ id, name }: Person, role: PersonRole | null): void {
    const admins = this.people.filter((one) => one.role === 'admin');
    if (role === 'admin' || admins.some((one) => one.id !== id)) return;
    throw new ORPCError('CONFLICT', { status: 409, message: `${name} is the only admin.` });
  }
}
