/** All operations; mounted by every transport. */
import { commandOperations } from './command.ts';
import { dashboardOperations } from './dashboard.ts';
import { deviceOperations } from './device.ts';
import { gated } from './gate.ts';
import { peopleOperations } from './people.ts';
import { queryOperations } from './query.ts';
import { systemOperations } from './system.ts';
import { troubleOperations } from './trouble.ts';
import { tokenOperations } from './token.ts';

export const operationRouter = gated.router({
  command: commandOperations,
  dashboard: dashboardOperations,
  device: deviceOperations,
  people: peopleOperations,
  query: queryOperations,
  system: systemOperations,
  trouble: troubleOperations,
  token: tokenOperations,
});
