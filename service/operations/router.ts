/** All operations; mounted by every transport. */
import { commandOperations } from './command.ts';
import { dashboardOperations } from './dashboard.ts';
import { deviceOperations } from './device.ts';
import { gated } from './gate.ts';
import { queryOperations } from './query.ts';
import { systemOperations } from './system.ts';
import { troubleOperations } from './trouble.ts';

export const operationRouter = gated.router({
  command: commandOperations,
  dashboard: dashboardOperations,
  device: deviceOperations,
  query: queryOperations,
  system: systemOperations,
  trouble: troubleOperations,
});
