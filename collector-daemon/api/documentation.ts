/** `/openapi.json` made from the contract, and Swagger UI over it at `/docs`. */
import { readFileSync } from 'node:fs';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { makeOpenApiDocument } from './openapi-document.ts';
import { docsPolicy } from './security-headers.ts';

const icon = new URL('../../resources/icon.svg', import.meta.url);

export async function serveDocumentation(
  server: FastifyInstance,
  cookieName: string,
): Promise<void> {
  const document = await makeOpenApiDocument(cookieName);
  server.get('/openapi.json', () => document);
  await server.register(swagger, {
    mode: 'static',
    specification: { document: document as never },
  });
  await server.register(swaggerUi, {
    routePrefix: '/docs',
    // Its own policy asks browsers to upgrade to HTTPS, which a node on plain HTTP does not have.
    staticCSP: docsPolicy,
    uiConfig: { deepLinking: true, docExpansion: 'list' },
    logo: { type: 'image/svg+xml', content: readFileSync(icon), href: '/console/' },
    theme: { title: 'Nocturne API' },
  });
}
