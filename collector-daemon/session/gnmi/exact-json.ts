/** JSON of which numbers keep the text they were written as, so that 64-bit integers and decimals stay exact. */

export class ExactNumber {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

export type Json = null | boolean | string | ExactNumber | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [member: string]: Json;
}

/** @throws SyntaxError where the text is no JSON */
export function parseExactJson(text: string): Json {
  // The third argument (the source text of a primitive) is JavaScript's, not yet TypeScript's.
  const reviver = (_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' ? new ExactNumber(context?.source ?? String(value)) : value;
  return JSON.parse(text, reviver) as Json;
}

export function isArray(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

export function isObject(json: Json): json is JsonObject {
  return (
    typeof json === 'object' &&
    json !== null &&
    !Array.isArray(json) &&
    !(json instanceof ExactNumber)
  );
}

/** RFC 7951 §4 puts a module in front of a member's name. */
export function withoutModule(member: string): string {
  const colon = member.indexOf(':');
  return colon === -1 ? member : member.slice(colon + 1);
}
