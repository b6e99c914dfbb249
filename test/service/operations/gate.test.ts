import { call, isProcedure, type AnyProcedure } from '@orpc/server';
import { describe, expect, test } from 'vitest';
import { contract } from '../../../core/contract/contract.ts';
import { allows, roles, type Role } from '../../../core/contract/operation.ts';
import type { OperationContext } from '../../../service/operations/context.ts';
import { admit } from '../../../service/operations/gate.ts';
import { operationRouter } from '../../../service/operations/router.ts';

function procedures(tree: object, path: string[] = []): [string, AnyProcedure][] {
  return Object.entries(tree).flatMap(([name, part]: [string, unknown]) =>
    isProcedure(part)
      ? [[[...path, name].join('.'), part]]
      : procedures(part as object, [...path, name]),
  );
}

function declared(tree: object, path: string[] = []): [string, Role | undefined][] {
  return Object.entries(tree).flatMap(([name, part]: [string, object]) =>
    '~orpc' in part
      ? [[[...path, name].join('.'), (part['~orpc'] as { meta: { role?: Role } }).meta.role]]
      : declared(part, [...path, name]),
  );
}

const operations = new Map(procedures(operationRouter));
const cases = declared(contract).flatMap(([name, least]) =>
  roles.map((role) => ({ name, least, role })),
);

/** What came of a call without any service behind it: refused by the gate, or let through to fail later. */
async function outcome(name: string, role: Role): Promise<string> {
  const context = {
    actor: { name: role === 'public' ? null : 'somebody', role },
    services: {},
    cookies: { token: null, set() {}, clear() {} },
  } as unknown as OperationContext;
  try {
    await call(operations.get(name)!, undefined, { context });
    return 'let through';
  } catch (error) {
    const { code } = error as { code?: string };
    return code === 'LOGIN_REQUIRED' || code === 'FORBIDDEN' ? code : 'let through';
  }
}

describe('the gate', () => {
  test('every operation of the contract has a handler and names a role', () => {
    const names = declared(contract);
    expect([...operations.keys()].sort()).toEqual(names.map(([name]) => name).sort());
    expect(names.filter(([, role]) => role === undefined)).toEqual([]);
    expect(names.length).toBeGreaterThan(20);
  });

  test.each(cases)('$name as $role (least: $least)', async ({ name, least, role }) => {
    const refused = role === 'public' ? 'LOGIN_REQUIRED' : 'FORBIDDEN';
    expect(await outcome(name, role)).toBe(allows(least!, role) ? 'let through' : refused);
  });

  test('an operation without a role is refused to everyone', () => {
    expect(() => admit(undefined, { name: 'root', role: 'admin' }, 'some.operation')).toThrow(
      'nobody may call some.operation: it names no role',
    );
  });
});
