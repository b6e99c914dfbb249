/**
 * The one gate before every operation, on every transport: reads the least role from the operation's metadata and
 * refuses whoever has less, before the input is even looked at. An operation without a role is refused to everyone.
 */
import { implement } from '@orpc/server';
import { contract } from '../../core/contract/contract.ts';
import { allows, type OperationMeta, type Role } from '../../core/contract/operation.ts';
import { NocturneError } from '../../core/errors.ts';
import type { Actor, OperationContext } from './context.ts';
import { operationError } from './error-mapping.ts';
import { untilAborted } from './until-aborted.ts';

/** @throws LOGIN_REQUIRED, FORBIDDEN; what kept the caller from being recognised */
export function admit(least: Role | undefined, actor: Actor, operation: string): void {
  if (least === undefined) {
    throw new NocturneError('FORBIDDEN', `nobody may call ${operation}: it names no role`);
  }
  if (allows(least, actor.role)) return;
  if (actor.problem !== undefined) throw actor.problem;
  if (actor.name === null) {
    throw new NocturneError('LOGIN_REQUIRED', 'log in first: open a login link of this Nocturne');
  }
  throw new NocturneError(
    'FORBIDDEN',
    `this needs the role ${least}, and ${actor.name} is ${actor.role}: ask an admin`,
  );
}

/** Where all handlers start; outermost the errors, then the gate, then validation, then the handler. */
export const gated = implement(contract)
  .$context<OperationContext>()
  .use(async ({ context, next, signal }, _input, output) => {
    try {
      const result = await next();
      return isAsyncIterable(result.output)
        ? output(mapped(whileFollowed(result.output, context), signal) as typeof result.output)
        : result;
    } catch (error) {
      throw operationError(error, signal);
    }
  })
  .use(async ({ context, procedure, path, next }) => {
    const { role }: OperationMeta = procedure['~orpc'].meta;
    const asksWho = role !== 'public' && context.recognise !== undefined;
    const actor = asksWho ? await context.recognise() : context.actor;
    admit(role, actor, path.join('.'));
    return next({ context: { ...context, actor } });
  });

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** A stream ends with the login it was asked with, on every transport. */
function whileFollowed(
  stream: AsyncIterable<unknown>,
  { follow }: OperationContext,
): AsyncIterable<unknown> {
  return follow === undefined ? stream : untilAborted(stream, follow);
}

/** A stream's errors come while it is read, long after the handler returned. */
async function* mapped(stream: AsyncIterable<unknown>, signal: AbortSignal | undefined) {
  try {
    yield* stream;
  } catch (error) {
    throw operationError(error, signal);
  }
}
