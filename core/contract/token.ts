/** API tokens: how programs and wall boards come in. They stand for no person, and end when they are revoked. */
import { z } from 'zod';
import { nameField, timeMsField, uuidField } from './fields.ts';
import { operation } from './operation.ts';
import { personRole } from './people.ts';

/** What all of them begin with, so that one is recognised wherever it turns up. */
export const apiTokenPrefix = 'nct_';

export const apiToken = z.object({
  id: uuidField,
  name: z.string(),
  hint: z.string().describe('how it begins'),
  role: personRole,
  createdBy: z.string(),
  createdAtMs: timeMsField,
  expiresAtMs: timeMsField.nullable().describe('null: never'),
  lastUsedAtMs: timeMsField.nullable().describe('to the minute'),
  expired: z.boolean(),
});
export type ApiToken = z.infer<typeof apiToken>;

const maxDays = 3_650;

export const tokenContract = {
  list: operation('admin')
    .route({ method: 'GET', path: '/tokens', summary: 'API tokens that were not revoked' })
    .output(z.array(apiToken)),
  /** The token itself is in this answer and nowhere else. */
  create: operation('admin')
    .route({ method: 'POST', path: '/tokens', successStatus: 201, summary: 'Makes an API token' })
    .input(
      z.object({
        name: nameField,
        role: personRole.default('viewer'),
        expiresInDays: z
          .number()
          .positive()
          .max(maxDays)
          .nullable()
          .default(365)
          .describe('null: never'),
      }),
    )
    .output(apiToken.extend({ token: z.string() })),
  /** What it is used for at this moment ends as well. */
  revoke: operation('admin')
    .route({ method: 'DELETE', path: '/tokens/{id}', summary: 'Revokes an API token' })
    .input(z.object({ id: uuidField }))
    .output(apiToken),
};
