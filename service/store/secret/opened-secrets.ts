/**
 * Secrets that were opened before, for whoever reads all of them every few seconds: opening one takes an exchange of keys,
 * some tenths of a millisecond, and fleets have thousands. What is not asked for in a round is dropped with it.
 */
import { setImmediate } from 'node:timers/promises';
import { openCredential, type StoredSecrets } from './credential.ts';
import type { SecretBox, Secrets } from './sealed-secret.ts';
import { endpointBinding, type SecretEndpoint } from './secret-place.ts';

interface Opened {
  readonly sealed: Buffer;
  readonly binding: string;
  readonly secrets: Secrets;
}

const maxInARow = 20;

export class OpenedSecrets {
  #before: ReadonlyMap<string, Opened> = new Map();
  #now = new Map<string, Opened>();
  /** Opened since others had their turn. */
  #inARow = 0;

  beginRound(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }

  /** To be awaited between two: at the start of a large fleet the thread would belong to this for seconds. */
  async letOthers(): Promise<void> {
    if (this.#inARow < maxInARow) return;
    this.#inARow = 0;
    await setImmediate();
  }

  /** @throws CREDENTIAL_UNREADABLE */
  open(box: SecretBox, stored: StoredSecrets, endpoint: SecretEndpoint): Secrets {
    const binding = endpointBinding(endpoint);
    const before = this.#before.get(stored.id) ?? this.#now.get(stored.id);
    const same = before?.binding === binding && before.sealed.equals(stored.sealed);
    if (!same) this.#inARow += 1;
    const secrets = same ? before.secrets : openCredential(box, stored, endpoint);
    this.#now.set(stored.id, { sealed: stored.sealed, binding, secrets });
    return secrets;
  }
}
