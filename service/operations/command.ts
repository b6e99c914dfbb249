/** Following commands. */
import type { Command } from '../../core/contract/command.ts';
import type { Uuid } from '../../core/id.ts';
import { readCommand } from '../store/operating/command.ts';
import { changes } from './changes.ts';
import type { OperationServices } from './context.ts';
import { gated } from './gate.ts';

export const commandOperations = {
  get: gated.command.get.handler(({ context, input }) =>
    readCommand(context.services.pool, input.id),
  ),
  watch: gated.command.watch.handler(({ context, input, signal }) =>
    watchCommand(context.services, input.id, signal ?? new AbortController().signal),
  ),
};

async function* watchCommand(
  { pool, listener }: OperationServices,
  id: Uuid,
  signal: AbortSignal,
): AsyncGenerator<Command> {
  let said = '';
  // Polled every second as well, for a deadline that passes is announced by nobody.
  const looks = changes(listener, {
    channels: ['nocturne_command'],
    pollMs: 1_000,
    minGapMs: 20,
    payload: id,
    signal,
  });
  for await (const _ of looks) {
    const command = await readCommand(pool, id);
    const text = JSON.stringify(command);
    if (text !== said) yield command;
    said = text;
    if (command.state !== 'waiting' && command.state !== 'running') return;
  }
}
