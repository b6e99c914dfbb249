/** What is wrong with one field of an input, in words for the person who filled it in. */

/** The part of zod's issues that is needed here; which of the fields are there depends on the code. */
export interface InputIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[];
  readonly code?: string;
  readonly origin?: string;
  readonly expected?: string;
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  readonly inclusive?: boolean;
  readonly values?: readonly unknown[];
  readonly keys?: readonly string[];
  readonly issues?: readonly InputIssue[];
}

/** zod's own English; a sentence of the contract says it better and is kept. */
const generic = /^(Too small|Too big|Invalid|Unrecognized)/;

export function inputProblem(issue: InputIssue): string {
  if (!generic.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? 'is missing'
        : `must be of type ${issue.expected}`;
    case 'too_small':
      return bound(issue, issue.minimum, 'at least');
    case 'too_big':
      return bound(issue, issue.maximum, 'at most');
    case 'invalid_value':
      return `must be ${list(issue.values ?? [])}`;
    case 'unrecognized_keys':
      return `is not known: ${(issue.keys ?? []).join(', ')}`;
    case 'invalid_key':
      return `has a name that does not fit: ${issue.issues?.[0] === undefined ? issue.message : inputProblem(issue.issues[0])}`;
    default:
      return issue.message;
  }
}

const units: Readonly<Record<string, string>> = {
  string: 'characters',
  array: 'entries',
  set: 'entries',
  map: 'entries',
};

function bound(
  { origin, inclusive }: InputIssue,
  limit: number | bigint | undefined,
  side: 'at least' | 'at most',
): string {
  const unit = units[origin ?? ''];
  if (unit !== undefined) {
    return side === 'at least' && limit === 1
      ? 'must not be empty'
      : `must have ${side} ${limit} ${unit}`;
  }
  if (inclusive === false) return `must be ${side === 'at least' ? 'more' : 'less'} than ${limit}`;
  return `must be ${side} ${limit}`;
}

function list(values: readonly unknown[]): string {
  const words = values.map(String);
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
