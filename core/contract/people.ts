/** People and their logins: who may come in, as what, and who is in. For admins. */
import { z } from 'zod';
import { nameField, timeMsField, uuidField } from './fields.ts';
import { operation } from './operation.ts';

export const personRoles = ['viewer', 'operator', 'admin'] as const;
export const personRole = z.enum(personRoles);
export type PersonRole = z.infer<typeof personRole>;

export const person = z.object({
  id: uuidField,
  name: z.string(),
  role: personRole.describe('what the person may do, in every login, from now on'),
  createdAtMs: timeMsField,
  logins: z.int().describe('login sessions that are open'),
  lastUsedAtMs: timeMsField.nullable().describe('of any login; to the minute'),
});
export type Person = z.infer<typeof person>;

/** A browser that somebody is logged in with. */
export const loginSession = z.object({
  id: uuidField,
  personId: uuidField,
  name: z.string(),
  role: personRole.describe('the person’s, or less where the login link carried less'),
  startedAtMs: timeMsField,
  expiresAtMs: timeMsField,
  lastUsedAtMs: timeMsField.nullable().describe('to the minute'),
  client: z.string().nullable().describe('what the browser calls itself'),
  own: z.boolean().describe('the one this was asked with'),
});
export type LoginSession = z.infer<typeof loginSession>;

const ref = z.object({ id: uuidField });

export const peopleContract = {
  list: operation('admin')
    .route({ method: 'GET', path: '/people', summary: 'People who may log in' })
    .output(z.array(person)),
  add: operation('admin')
    .route({ method: 'POST', path: '/people', successStatus: 201, summary: 'Adds a person' })
    .input(
      z.object({
        name: nameField,
        role: personRole
          .optional()
          .describe('viewer when left out; of the very first person, admin'),
      }),
    )
    .output(person),
  /** Takes effect at once, in logins that are open, too. */
  setRole: operation('admin')
    .route({ method: 'PATCH', path: '/people/{id}', summary: 'Changes what a person may do' })
    .input(ref.extend({ role: personRole }))
    .output(person),
  /** The name is free again; what the person did stays under it. */
  disable: operation('admin')
    .route({
      method: 'DELETE',
      path: '/people/{id}',
      summary: 'Takes a person’s right to log in, and ends all logins',
    })
    .input(ref)
    .output(z.object({ ended: z.int().describe('logins that were open') })),
  loginLink: operation('admin')
    .route({
      method: 'POST',
      path: '/people/{id}/login-links',
      summary: 'Makes a one-time login link for a person',
    })
    .input(
      ref.extend({
        roleAtMost: personRole.optional().describe('for a login with less than the person may'),
      }),
    )
    .output(z.object({ url: z.string(), expiresAtMs: timeMsField })),
  sessions: operation('admin')
    .route({ method: 'GET', path: '/login-sessions', summary: 'Logins that are open' })
    .output(z.array(loginSession)),
  endSession: operation('admin')
    .route({ method: 'DELETE', path: '/login-sessions/{id}', summary: 'Ends a login' })
    .input(ref)
    .output(z.object({ ended: z.boolean() })),
  endSessions: operation('admin')
    .route({
      method: 'DELETE',
      path: '/people/{id}/login-sessions',
      summary: 'Ends all logins of a person',
    })
    .input(ref)
    .output(z.object({ ended: z.int() })),
};
