/** Headers of every answer. */
import type { FastifyInstance } from 'fastify';
import { consolePolicy } from '../../core/console-policy.ts';

/** Swagger UI styles its elements inline. */
export const docsPolicy = consolePolicy.replace(
  "style-src 'self'",
  "style-src 'self' 'unsafe-inline'",
);

export function addSecurityHeaders(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    const policy = request.url.startsWith('/docs') ? docsPolicy : consolePolicy;
    reply
      .header('content-security-policy', policy)
      .header('x-content-type-options', 'nosniff')
      .header('x-frame-options', 'DENY')
      .header('referrer-policy', 'no-referrer')
      .header('cross-origin-opener-policy', 'same-origin')
      .header('cross-origin-resource-policy', 'same-origin');
  });
}
