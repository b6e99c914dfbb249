/** How many requests were answered, and how long that took; by route, never by address, of which there are endlessly many. */
import type { FastifyInstance } from 'fastify';
import { Counter, Histogram, type Registry } from 'prom-client';

/** @param answered told of each answer, for the log of those who look for a fault; by route, for addresses hold tokens */
export function measureRequests(
  server: FastifyInstance,
  registry: Registry,
  answered: (sentence: string) => void = () => {},
): void {
  const requests = new Counter({
    name: 'nocturne_http_requests_total',
    help: 'HTTP requests answered, by route and status; streams when they end',
    labelNames: ['route', 'status'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'nocturne_http_request_seconds',
    help: 'How long HTTP requests took, by route; streams are left out',
    labelNames: ['route'],
    buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
    registers: [registry],
  });
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    requests.inc({ route, status: reply.statusCode });
    answered(
      `${request.method} ${route}: ${reply.statusCode} in ${Math.round(reply.elapsedTime)} ms`,
    );
    if (isStream(reply.getHeader('content-type'))) return;
    seconds.observe({ route }, reply.elapsedTime / 1_000);
  });
}

function isStream(contentType: unknown): boolean {
  return typeof contentType === 'string' && contentType.startsWith('text/event-stream');
}
