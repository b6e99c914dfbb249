/** `/openapi.json` made from the contract, and Swagger UI over it at `/docs`. */
import { readFileSync } from 'node:fs';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { OpenAPIGenerator } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import type { FastifyInstance } from 'fastify';
import { contract } from '../../core/contract/contract.ts';
import { version } from '../version.ts';
import { docsPolicy } from './security-headers.ts';

const icon = new URL('../../resources/icon.svg', import.meta.url);

export async function serveDocumentation(server: FastifyInstance): Promise<void> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const document = await generator.generate(contract, {
    info: {
      title: 'Nocturne',
      version,
      description:
        'Streaming network telemetry. Log in with `nocturne user login-link`; the session cookie is then sent by the browser.',
    },
    servers: [{ url: '/api' }],
  });
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
