/**
 * Keeps a desktop away from a database whose schema it does not fit: older than it can read, or so new that programs of
 * its age are served no more. A schema that is merely newer turns nobody away. Looked at before calls, for the database
 * may be away at the start, and be migrated while windows are open.
 */
import { NocturneError } from '../core/errors.ts';
import type { Clock } from '../core/time.ts';
import { checkSchemaVersion, readSchemaVersion } from '../service/store/schema/migrate.ts';
import type { Queryable } from '../service/store/connection/queryable.ts';

const believedMs = 10_000;

export class SchemaGuard {
  readonly #db: Queryable;
  readonly #clock: Clock;
  #wellUntilMs = -Infinity;
  #looking: Promise<void> | null = null;

  constructor(db: Queryable, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /**
   * Settles at once while the last look is young. A database that cannot be asked is let pass: the call itself says so.
   * @throws SCHEMA_TOO_OLD, SCHEMA_TOO_NEW
   */
  async check(): Promise<void> {
    if (this.#clock.nowMs() < this.#wellUntilMs) return;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    await this.#looking;
  }

  async #look(): Promise<void> {
    try {
      checkSchemaVersion(await readSchemaVersion(this.#db), 'reader');
    } catch (error) {
      if (error instanceof NocturneError) throw error;
      return;
    }
    this.#wellUntilMs = this.#clock.nowMs() + believedMs;
  }
}
