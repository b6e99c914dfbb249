import type { z } from 'zod';
import { expect, test } from 'vitest';
import { contract } from '../../../core/contract/contract.ts';

const operations = Object.entries(contract).flatMap(([group, parts]) =>
  Object.entries(parts).flatMap(([name, procedure]) => {
    const schema = procedure['~orpc'].inputSchema as z.ZodType | undefined;
    return schema === undefined ? [] : [{ name: `${group}.${name}`, schema }];
  }),
);

test.each(operations)('$name refuses a field that it does not know', ({ schema }) => {
  const { error } = schema.safeParse({ nosuchfield: 1 });
  const told = error!.issues.flatMap((issue) =>
    issue.code === 'invalid_union' ? issue.errors.flat() : [issue],
  );
  expect(told.map(({ message }) => message)).toContainEqual(
    expect.stringContaining('has no field "nosuchfield"'),
  );
});

test('a field inside of another is refused as well, with what was probably meant', () => {
  const schema = contract.device.add['~orpc'].inputSchema!;
  const { error } = schema.safeParse({
    name: 'leaf-01',
    endpoint: { address: '192.0.2.1', prot: 57_400, port: 57_400, tlsMode: 'plaintext' },
  });
  expect(error!.issues).toMatchObject([
    {
      path: ['endpoint'],
      message: expect.stringContaining('"prot" (did you mean port?)') as string,
    },
  ]);
});

test('retention in another unit than days is refused, not taken for no change', () => {
  const schema = contract.system.setRetention['~orpc'].inputSchema!;
  expect(schema.safeParse({ raw: 3 }).error!.issues[0]!.message).toBe(
    'has no field "raw" (did you mean rawDays?); its fields are rawDays, minuteDays, hourDays, dayDays, eventDays',
  );
  expect(schema.safeParse({ rawDays: 3 }).data).toEqual({ rawDays: 3 });
});
