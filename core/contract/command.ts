/** Commands: something a collector must do on a device or a node, asked for by any console and followed by it. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { timeMsField, uuidField } from './fields.ts';
import { operation } from './operation.ts';

export const commandStates = ['waiting', 'running', 'done', 'failed', 'expired'] as const;
export const stepStates = ['running', 'done', 'failed'] as const;

export const commandStep = z.object({
  name: z
    .string()
    .describe('for example "Resolve name", "TCP", "TLS", "Capabilities", "First update"'),
  state: z.enum(stepStates),
  detail: z.string(),
  elapsedMs: z.number(),
});
export type CommandStep = z.infer<typeof commandStep>;

export const command = z.object({
  id: uuidField,
  kind: z.enum(['connection-test']),
  state: z.enum(commandStates),
  node: z.string().nullable(),
  steps: z.array(commandStep),
  problem: z.string().nullable(),
  requestedAtMs: timeMsField,
  deadlineAtMs: timeMsField,
});
export type Command = z.infer<typeof command>;

export const commandContract = {
  get: operation('operator')
    .route({ method: 'GET', path: '/commands/{id}', summary: 'A command and how far it is' })
    .input(z.object({ id: uuidField }))
    .output(command),
  /** The command at each step until it is done, failed or expired. */
  watch: operation('operator')
    .route({ method: 'GET', path: '/commands/{id}/watch', summary: 'A command as it goes on' })
    .input(z.object({ id: uuidField }))
    .output(eventIterator(command)),
};
