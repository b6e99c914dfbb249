/**
 * The ways in which one and the same can be asked for. Targets differ in what they take: an encoding, a prefix or none,
 * an origin that is said or not. Pure.
 */
import type { PathSubscription } from '../../../core/inventory/collection-target.ts';
import { writtenOrigin } from '../../../core/telemetry/path.ts';
import type { Encoding } from '../../../proto/generated/gnmi/gnmi.ts';
import { encodingName } from './encoding-plan.ts';

export const originForms = ['written', 'said', 'unsaid', 'in-prefix'] as const;

export interface WayOfAsking {
  readonly encoding: Encoding;
  /** Some targets refuse a request without a prefix, others an empty one. */
  readonly prefix: 'sent' | 'left-out';
  /**
   * `written`: as the operator wrote each path; `said`: also where none is written; `unsaid`: the default one is left out
   * although it is written; `in-prefix`: there instead of with each path.
   */
  readonly origin: (typeof originForms)[number];
}

/** What a way differs in from another. */
export const aspects = ['prefix', 'origin', 'encoding'] as const;
export type Aspect = (typeof aspects)[number];

export interface AskedFor {
  readonly subscriptions: readonly PathSubscription[];
  /** In the order to try them. */
  readonly encodings: readonly Encoding[];
  /** gNMI `prefix.target`: it can only be said in a prefix. */
  readonly requestTarget: string | null;
}

/** The usual way first, then those that differ from it in one thing, then in more. */
export function waysOfAsking({ subscriptions, encodings, requestTarget }: AskedFor): WayOfAsking[] {
  const prefixes = requestTarget === null ? (['sent', 'left-out'] as const) : (['sent'] as const);
  const origins = originsOf(subscriptions);
  const ways = encodings.flatMap((encoding) =>
    origins.flatMap((origin) => prefixes.map((prefix) => ({ encoding, prefix, origin }))),
  );
  const [usual] = ways;
  return ways
    .filter(({ prefix, origin }) => prefix === 'sent' || origin !== 'in-prefix')
    .map((way) => ({ way, apart: aspects.filter((one) => way[one] !== usual![one]) }))
    .toSorted((left, right) => left.apart.length - right.apart.length || order(left, right))
    .map(({ way }) => way);
}

/** Of those that differ in as much: by what they differ in, in the order of `aspects`. */
function order(left: { readonly apart: Aspect[] }, right: { readonly apart: Aspect[] }): number {
  const rank = ({ apart }: { readonly apart: Aspect[] }) =>
    apart.reduce((sum, aspect) => sum * aspects.length + aspects.indexOf(aspect), 0);
  return rank(left) - rank(right);
}

function originsOf(subscriptions: readonly PathSubscription[]): WayOfAsking['origin'][] {
  const written = subscriptions.map(({ path }) => writtenOrigin(path));
  const meant = new Set(written.map((origin) => origin ?? 'openconfig'));
  return [
    'written',
    ...(written.includes(null) ? (['said'] as const) : []),
    ...(written.includes('openconfig') ? (['unsaid'] as const) : []),
    // A prefix has room for one.
    ...(meant.size === 1 ? (['in-prefix'] as const) : []),
  ];
}

export function sameWay(left: WayOfAsking, right: WayOfAsking): boolean {
  return aspects.every((aspect) => left[aspect] === right[aspect]);
}

/** For people: what is asked, and what is unusual about it. */
export function wayInWords({ encoding, prefix, origin }: WayOfAsking): string {
  const origins = {
    written: [],
    said: ['with the origin said'],
    unsaid: ['without the default origin'],
    'in-prefix': ['with the origin in the prefix'],
  } as const;
  return [
    `as ${encodingName(encoding)}`,
    ...(prefix === 'sent' ? [] : ['without a prefix']),
    ...origins[origin],
  ].join(', ');
}
