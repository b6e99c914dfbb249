import type { z } from 'zod';
import { describe, expect, test } from 'vitest';
import { makeOpenApiDocument } from '../../../collector-daemon/api/openapi-document.ts';
import { requestExamples } from '../../../collector-daemon/api/request-examples.ts';
import { contract } from '../../../core/contract/contract.ts';
import type { Role } from '../../../core/contract/operation.ts';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly security: readonly unknown[];
  readonly requestBody?: { readonly content: Record<string, { example?: unknown }> };
  readonly responses: Readonly<Record<string, unknown>>;
}

const document = await makeOpenApiDocument('nocturne_session_4000');
const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  Object.entries(item ?? {}).map(([method, operation]) => ({
    path,
    method,
    operation: operation as Operation,
  })),
);

interface Declared {
  readonly meta: { readonly role: Role };
  readonly inputSchema?: z.ZodType;
}

function declared(operationId: string): Declared {
  const part = operationId
    .split('.')
    .reduce<unknown>((tree, name) => (tree as Record<string, unknown>)[name], contract);
  return (part as { '~orpc': Declared })['~orpc'];
}

/** Every part of the document with its place. */
function* parts(value: unknown, place = '#'): Generator<readonly [string, object]> {
  if (typeof value !== 'object' || value === null) return;
  yield [place, value];
  for (const [name, part] of Object.entries(value)) yield* parts(part, `${place}/${name}`);
}

describe('the OpenAPI document', () => {
  test('is of 3.1 and names how to log in', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.components?.securitySchemes?.['session']).toEqual({
      type: 'apiKey',
      in: 'cookie',
      name: 'nocturne_session_4000',
    });
    expect(document.components?.securitySchemes?.['token']).toMatchObject({
      type: 'http',
      scheme: 'bearer',
    });
  });

  test.each(operations)('$method $path says what it does, for whom, and how it fails', (one) => {
    const { operation, path, method } = one;
    const { meta, inputSchema } = declared(operation.operationId);
    const isPublic = meta.role === 'public';
    expect(operation.summary).not.toBe('');
    expect(operation.description).toBe(isPublic ? 'For anybody.' : `Least role: ${meta.role}.`);
    expect(operation.tags).toEqual([operation.operationId.split('.')[0]]);
    expect(operation.security).toEqual(isPublic ? [] : [{ token: [] }, { session: [] }]);
    const statuses = Object.keys(operation.responses);
    expect(statuses.filter((status) => status.startsWith('2'))).toHaveLength(1);
    expect(statuses).toContain('503');
    expect(statuses.includes('403')).toBe(!isPublic || method !== 'get');
    expect(statuses.includes('404')).toBe(path.includes('{'));
    expect(statuses.includes('422')).toBe(inputSchema !== undefined);
  });

  test('holds every reference it makes', () => {
    const places = new Map(parts(document));
    const references = [...places.values()].flatMap((part) =>
      '$ref' in part ? [String(part.$ref)] : [],
    );
    expect(references.length).toBeGreaterThan(50);
    expect(references.filter((reference) => !places.has(reference))).toEqual([]);
  });

  test('leaves no id without a type', () => {
    const untyped = [...parts(document)].filter(
      ([place, part]) => /(\/|[a-z])[iI]ds?(\/items)?$/.test(place) && !('type' in part),
    );
    expect(untyped.map(([place]) => place)).toEqual([]);
  });

  test('shows requests that would be taken', () => {
    const shown = operations.flatMap(({ operation }) => {
      const example = operation.requestBody?.content['application/json']?.example;
      return example === undefined ? [] : [operation.operationId];
    });
    expect(shown.toSorted()).toEqual(Object.keys(requestExamples).toSorted());
    for (const [id, example] of Object.entries(requestExamples)) {
      // What stands in the path is no part of the body.
      const { path } = operations.find(({ operation }) => operation.operationId === id)!;
      const inPath = path.includes('{id}') ? { id: '00000000-0000-4000-8000-000000000000' } : {};
      const input = { ...inPath, ...(example as object) };
      expect(declared(id).inputSchema!.safeParse(input).error?.issues).toBeUndefined();
    }
  });
});
