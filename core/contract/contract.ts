/** Everything a console can ask or do. Types, checks, both transports, REST and OpenAPI come from this one list. */
import { commandContract } from './command.ts';
import { dashboardContract } from './dashboard.ts';
import { deviceContract } from './device.ts';
import { queryContract } from './query.ts';
import { withStrictInputs } from './strict-input.ts';
import { systemContract } from './system.ts';
import { troubleContract } from './trouble.ts';

export const contract = withStrictInputs({
  command: commandContract,
  dashboard: dashboardContract,
  device: deviceContract,
  query: queryContract,
  system: systemContract,
  trouble: troubleContract,
});

export type Contract = typeof contract;
