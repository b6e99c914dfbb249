/**
 * The OpenAPI document: made from the contract, with what oRPC does not know of it: roles, how to log in, and how each
 * operation fails.
 */
import { OpenAPIGenerator } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import { contract } from '../../core/contract/contract.ts';
import type { OperationMeta } from '../../core/contract/operation.ts';
import { version } from '../version.ts';
import { requestExamples } from './request-examples.ts';

type Document = Awaited<ReturnType<OpenAPIGenerator['generate']>>;
type Schema = NonNullable<NonNullable<Document['components']>['schemas']>[string];
type Operation = NonNullable<NonNullable<NonNullable<Document['paths']>[string]>['get']>;

const methods = ['get', 'post', 'patch', 'put', 'delete'] as const;

const tags = [
  { name: 'device', description: 'The inventory, and how its sessions are doing' },
  { name: 'query', description: 'Telemetry, stored and live' },
  { name: 'dashboard', description: 'Dashboards and their versions' },
  { name: 'command', description: 'What collectors do on devices when asked to' },
  { name: 'people', description: 'Who may log in, and who is' },
  { name: 'token', description: 'How programs and wall boards come in' },
  { name: 'system', description: 'Logging in, nodes, events, storage' },
  { name: 'trouble', description: 'Data of devices that is not stored as it was sent' },
];

/** Answers by status, as problem documents (RFC 9457). */
const failures = {
  '401': 'Nobody is logged in',
  '403': 'The role is not enough, or the request came from another site',
  '404': 'There is no such thing',
  '409': 'Something of that name is there already, or somebody was faster',
  '422': 'The input cannot be right; `errors.problems` names the fields',
  '503': 'The database cannot be reached',
} as const;
type Failure = keyof typeof failures;

const problemSchema: Schema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'one sentence: what, which value, what to do' },
    code: { type: 'string', description: 'of the catalogue, for programs' },
    errors: {
      type: 'object',
      properties: {
        problems: {
          type: 'array',
          items: {
            type: 'object',
            properties: { field: { type: 'string' }, problem: { type: 'string' } },
          },
        },
      },
    },
  },
};

/** @param cookieName of the session, another one for each installation */
export async function makeOpenApiDocument(cookieName: string): Promise<Document> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const document = await generator.generate(contract, {
    info: {
      title: 'Nocturne',
      version,
      description:
        'Streaming network telemetry. Programs send an API token (`nocturne token create`) as `Authorization: Bearer nct_…`. People log in with `nocturne user login-link`; the session cookie is then sent by the browser.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api' }],
    tags,
    components: {
      schemas: { Problem: problemSchema },
      responses: failureResponses(),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'nct_…' },
        session: { type: 'apiKey', in: 'cookie', name: cookieName },
      },
    },
  });
  for (const item of Object.values(document.paths ?? {})) {
    for (const method of methods) {
      const operation = item?.[method];
      if (operation !== undefined) complete(operation);
    }
  }
  return document;
}

function failureResponses() {
  return Object.fromEntries(
    Object.entries(failures).map(([status, description]) => [
      `Problem${status}`,
      {
        description,
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    ]),
  );
}

/** What the contract says of an operation, by its id (`device.add`). */
function declared(operationId: string) {
  const part = operationId
    .split('.')
    .reduce<unknown>((tree, name) => (tree as Record<string, unknown>)[name], contract);
  return (
    part as {
      '~orpc': {
        meta: OperationMeta;
        route: { path: string; method: string };
        inputSchema?: unknown;
      };
    }
  )['~orpc'];
}

function complete(operation: Operation): void {
  const id = operation.operationId!;
  const { meta, route, inputSchema } = declared(id);
  const isPublic = meta.role === 'public';
  operation.tags = [id.split('.', 1)[0]!];
  operation.description = isPublic ? 'For anybody.' : `Least role: ${meta.role}.`;
  operation.security = isPublic ? [] : [{ token: [] }, { session: [] }];
  const writes = route.method !== 'GET' && /^\/(devices|dashboards|people|tokens)/.test(route.path);
  const possible: Readonly<Record<Failure, boolean>> = {
    '401': !isPublic || id === 'system.login',
    '403': !isPublic || route.method !== 'GET',
    '404': route.path.includes('{'),
    '409': writes && !route.path.endsWith('/test'),
    '422': inputSchema !== undefined,
    '503': true,
  };
  const { responses } = operation;
  for (const [status, can] of Object.entries(possible)) {
    if (can) responses[status] = { $ref: `#/components/responses/Problem${status}` };
  }
  const content = (operation.requestBody as { content?: Record<string, object> } | undefined)
    ?.content?.['application/json'];
  const example = requestExamples[id];
  if (content !== undefined && example !== undefined) Object.assign(content, { example });
}
