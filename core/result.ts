/** An expected outcome that may be a refusal: parsers and validators return it instead of throwing. */
export type Result<Value, Problem = string> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: Problem };

export function ok<Value>(value: Value): Result<Value, never> {
  return { ok: true, value };
}

export function refuse<Problem>(problem: Problem): Result<never, Problem> {
  return { ok: false, problem };
}
