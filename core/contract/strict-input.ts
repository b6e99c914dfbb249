/**
 * Inputs refuse what they do not know: a field that is left out in silence is a wish that nobody hears. Done once for the
 * whole contract, so that no operation can forget it.
 */
import { type AnySchema, ContractProcedure } from '@orpc/contract';
import { z } from 'zod';
import { nearest } from '../nearest.ts';

/** The same contract with inputs that are strict at every depth. */
export function withStrictInputs<Contract extends object>(contract: Contract): Contract {
  const strict = Object.entries(contract).map(([name, part]: [string, object]) => [
    name,
    part instanceof ContractProcedure ? strictProcedure(part) : withStrictInputs(part),
  ]);
  return Object.fromEntries(strict) as Contract;
}

type Procedure = ContractProcedure<AnySchema, AnySchema, object, object>;

function strictProcedure(procedure: Procedure): Procedure {
  const { inputSchema, ...rest } = procedure['~orpc'];
  if (inputSchema === undefined) return procedure;
  return new ContractProcedure({ ...rest, inputSchema: strict(inputSchema as z.ZodType) });
}

function strict(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodObject) return strictObject(schema);
  if (schema instanceof z.ZodArray)
    return schema.clone({ ...schema.def, element: inside(schema.def.element) });
  if (schema instanceof z.ZodUnion) {
    return schema.clone({ ...schema.def, options: schema.def.options.map(inside) });
  }
  if (schema instanceof z.ZodRecord) {
    return schema.clone({ ...schema.def, valueType: inside(schema.def.valueType) });
  }
  const { innerType } = schema.def as { innerType?: z.ZodType };
  if (innerType !== undefined) {
    const def = { ...schema.def, innerType: strict(innerType) };
    return schema.clone(def);
  }
  if (schema instanceof z.ZodPipe) {
    return schema.clone({ ...schema.def, in: inside(schema.def.in), out: inside(schema.def.out) });
  }
  return schema;
}

function inside<Kind>(schema: Kind): Kind {
  return strict(schema as z.ZodType) as Kind;
}

/** Of zod's issues the one that is said in other words. */
interface UnknownKeys {
  readonly code?: string;
  readonly keys?: readonly string[];
}

function strictObject(schema: z.ZodObject): z.ZodType {
  const { catchall } = schema.def;
  const shape = Object.fromEntries(
    Object.entries(schema.shape).map(([name, field]) => [name, inside(field)]),
  );
  const known = Object.keys(shape);
  return schema.clone({
    ...schema.def,
    shape,
    // One that takes more on purpose says so itself.
    catchall: catchall ?? z.never(),
    error: (issue: UnknownKeys) =>
      issue.code === 'unrecognized_keys' ? unknownFields(issue.keys, known) : undefined,
  });
}

function unknownFields(unknown: readonly string[] | undefined, known: readonly string[]): string {
  const names = (unknown ?? []).map((name) => {
    const meant = nearest(name, known);
    return meant === null ? `"${name}"` : `"${name}" (did you mean ${meant}?)`;
  });
  const fields = known.length === 0 ? 'it has none' : `its fields are ${known.join(', ')}`;
  return `has no field ${names.join(', ')}; ${fields}`;
}
