import { formatElem } from '../../../../core/telemetry/path.ts';

export const allPorts = '/interfaces/interface';

/** The path of a port by its name, which may hold what paths must escape. */
export function portPath(name: string): string {
  return `/interfaces/${formatElem({ name: 'interface', keys: { name } })}`;
}
