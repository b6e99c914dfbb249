/** `/health` (is the program well) and `/ready` (may traffic be sent to it), for supervisors and balancers. */
import { call } from '@orpc/server';
import type { FastifyInstance } from 'fastify';
import type { OperationServices } from '../../service/operations/context.ts';
import { operationRouter } from '../../service/operations/router.ts';

export interface HealthOptions {
  readonly services: () => OperationServices;
  readonly isReady: () => boolean;
}

const noCookies = { token: null, set: () => {}, clear: () => {} };

export function serveHealth(server: FastifyInstance, { services, isReady }: HealthOptions): void {
  const health = () =>
    call(operationRouter.system.health, undefined, {
      context: {
        actor: { name: null, role: 'public' },
        services: services(),
        cookies: noCookies,
      },
    });
  server.get('/health', async (_request, reply) => {
    const answer = await health();
    return reply.code(answer.status === 'ok' ? 200 : 503).send(answer);
  });
  server.get('/ready', async (_request, reply) => {
    const ready = isReady() && (await health()).database === 'connected';
    return reply.code(ready ? 200 : 503).send({ ready });
  });
}
