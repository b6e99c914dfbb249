/**
 * `/health`: the program lives and answers. It says nothing of the database, for whoever restarts a collector because of
 * that loses what it holds for it. `/ready`: may traffic be sent here, and if not, why.
 */
import type { FastifyInstance } from 'fastify';
import type { OperationServices } from '../../service/operations/context.ts';
import { isAnswering } from '../../service/store/connection/database-pulse.ts';

export interface HealthOptions {
  readonly services: () => OperationServices;
  /** Sentences; none when the node does its work. */
  readonly unready: () => readonly string[];
}

export function serveHealth(server: FastifyInstance, { services, unready }: HealthOptions): void {
  server.get('/health', async (_request, reply) => {
    const { version, node, role } = services().node;
    return reply.send({ status: 'ok', version, node, role });
  });
  server.get('/ready', async (_request, reply) => {
    const { pool } = services();
    const database = (await isAnswering(pool)) ? [] : ['the database does not answer'];
    const reasons = [...unready(), ...database];
    return reply.code(reasons.length === 0 ? 200 : 503).send(readyAnswer(reasons));
  });
}

export function readyAnswer(reasons: readonly string[]): { ready: boolean; reasons: string[] } {
  return { ready: reasons.length === 0, reasons: [...reasons] };
}
