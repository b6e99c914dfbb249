/**
 * How an operation is declared. Every operation names its least role in its metadata; the gate in `service` reads it on
 * every transport, and a test walks all operations × roles. An operation without a role does not compile.
 */
import { oc } from '@orpc/contract';

/** From least to most. `public` needs no login and is for logging in and for health alone. */
export const roles = ['public', 'viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

export interface OperationMeta {
  readonly role?: Role;
}

export function allows(least: Role, actual: Role): boolean {
  return roles.indexOf(actual) >= roles.indexOf(least);
}

const base = oc.$meta<OperationMeta>({});

/** Starts an operation's declaration with the least role that may call it. */
export function operation(role: Role) {
  return base.meta({ role });
}
