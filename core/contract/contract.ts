/** Everything a console can ask or do. Types, checks, both transports, REST and OpenAPI come from this one list. */
import { commandContract } from './command.ts';
import { dashboardContract } from './dashboard.ts';
import { deviceContract } from './device.ts';
import { peopleContract } from './people.ts';
import { queryContract } from './query.ts';
import { withStrictInputs } from './strict-input.ts';
import { systemContract } from './system.ts';
import { troubleContract } from './trouble.ts';
import { tokenContract } from './token.ts';

export const contract = withStrictInputs({
  command: commandContract,
  dashboard: dashboardContract,
  device: deviceContract,
  people: peopleContract,
  query: queryContract,
  system: systemContract,
  trouble: troubleContract,
  token: tokenContract,
});

export type Contract = typeof contract;
