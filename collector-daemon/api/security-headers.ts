/** Headers of every answer. The console runs without inline scripts and styles, so nothing has to be let through for it. */
import type { FastifyInstance } from 'fastify';

export const consolePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

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
