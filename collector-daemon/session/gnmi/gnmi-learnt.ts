/**
 * What is learnt of a gNMI target once and is worth knowing for the next session with it, on whichever node. Kept as
 * JSON with the session's row; of another address, or what does not read, it is nothing.
 */
import { z } from 'zod';
import { authority, type GnmiEndpoint } from '../../../core/inventory/collection-target.ts';
import { Encoding } from '../../../proto/generated/gnmi/gnmi.ts';
import type { Learnt } from '../session-driver.ts';
import { originForms, sameWay, type WayOfAsking } from './way-of-asking.ts';

/** After so long it is looked again whether the usual way does: targets are upgraded. */
export const learntLifeMs = 3_600_000;

const wayOfAsking = z.object({
  encoding: z.enum(Encoding),
  prefix: z.enum(['sent', 'left-out']),
  origin: z.enum(originForms),
});

const learntOf = z.object({
  authority: z.string(),
  /** Between keepalive pings; null: the usual. */
  keepaliveMs: z.number().min(1_000).nullable(),
  /** Another than the usual way of asking, proven by what came. */
  way: wayOfAsking.nullable(),
  /** ms since the epoch */
  wayAtMs: z.number(),
  /** When Capabilities were last asked for in vain, without an answer. */
  muteAtMs: z.number().nullable(),
  /** When it had nothing to say, however the origin was said. */
  quietAtMs: z.number().nullable(),
});
type Facts = z.infer<typeof learntOf>;

export class GnmiLearnt {
  #facts: Facts;

  constructor(endpoint: GnmiEndpoint, known: Learnt | null) {
    const read = learntOf.safeParse(known);
    const nothing: Facts = {
      authority: authority(endpoint),
      keepaliveMs: null,
      way: null,
      wayAtMs: 0,
      muteAtMs: null,
      quietAtMs: null,
    };
    this.#facts = read.success && read.data.authority === nothing.authority ? read.data : nothing;
  }

  /** Null where there is nothing to know. */
  get json(): Learnt | null {
    const { keepaliveMs, way, muteAtMs, quietAtMs } = this.#facts;
    return [keepaliveMs, way, muteAtMs, quietAtMs].every((fact) => fact === null)
      ? null
      : this.#facts;
  }

  get keepaliveMs(): number | null {
    return this.#facts.keepaliveMs;
  }

  /** The target asked for fewer pings. */
  calm(keepaliveMs: number): void {
    this.#facts = { ...this.#facts, keepaliveMs };
  }

  isMute(nowMs: number): boolean {
    return isFresh(this.#facts.muteAtMs, nowMs);
  }

  isQuiet(nowMs: number): boolean {
    return isFresh(this.#facts.quietAtMs, nowMs);
  }

  foundQuiet(nowMs: number): void {
    this.#facts = { ...this.#facts, quietAtMs: nowMs };
  }

  /** Capabilities: not answered, or answered again. */
  heardCapabilities(answered: boolean, nowMs: number): void {
    if (answered) this.#facts = { ...this.#facts, muteAtMs: null };
    else if (!this.isMute(nowMs)) this.#facts = { ...this.#facts, muteAtMs: nowMs };
  }

  /** The ways in the order to try them: the one that is known first, or second once that was long ago. */
  ordered(ways: readonly WayOfAsking[], nowMs: number): WayOfAsking[] {
    const { way, wayAtMs } = this.#facts;
    const known = way === null ? undefined : ways.find((one) => sameWay(one, way));
    if (known === undefined) return [...ways];
    const [usual, ...others] = ways.filter((one) => one !== known);
    if (usual === undefined) return [known];
    return nowMs - wayAtMs <= learntLifeMs ? [known, usual, ...others] : [usual, known, ...others];
  }

  /** Something came that was asked for in this way. */
  proved(way: WayOfAsking, { usual, nowMs }: { usual: WayOfAsking; nowMs: number }): void {
    const { way: before, wayAtMs } = this.#facts;
    const told = sameWay(way, usual) ? null : way;
    const known = told !== null && before !== null && sameWay(told, before);
    // Looked for again within its life, it stays due at the same time.
    const fresh = known && nowMs - wayAtMs <= learntLifeMs;
    this.#facts = { ...this.#facts, way: told, wayAtMs: fresh ? wayAtMs : nowMs };
  }
}

function isFresh(atMs: number | null, nowMs: number): boolean {
  return atMs !== null && nowMs - atMs <= learntLifeMs;
}
