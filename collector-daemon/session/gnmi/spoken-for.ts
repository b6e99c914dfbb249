/**
 * For which device a target speaks. A cache or proxy stands for many (gNMI `prefix.target`), and the telemetry of two must
 * never become that of one.
 */
import { authority, type GnmiEndpoint } from '../../../core/inventory/collection-target.ts';
import type { Notification } from '../../../core/telemetry/notification.ts';
import type { Notification as WireNotification } from '../../../proto/generated/gnmi/gnmi.ts';

export type Heard =
  | { readonly kind: 'ours' }
  /** We said whom we mean, and this is another. */
  | { readonly kind: 'foreign' }
  /** We did not say whom we mean, and it speaks for several. */
  | { readonly kind: 'several'; readonly sentence: string };

const ours: Heard = { kind: 'ours' };
const foreign: Heard = { kind: 'foreign' };

export class SpokenFor {
  readonly #endpoint: GnmiEndpoint;
  readonly #meant: string;
  /** Where nobody is meant by name: whom it has spoken for since the stream began. */
  #first = '';

  constructor(endpoint: GnmiEndpoint) {
    this.#endpoint = endpoint;
    this.#meant = endpoint.requestTarget ?? '';
  }

  /** @param target of a notification's prefix; many targets leave it empty although it was asked for */
  hear(target: string): Heard {
    if (target === '') return ours;
    if (this.#meant !== '') return target === this.#meant ? ours : foreign;
    if (this.#first === '') this.#first = target;
    return target === this.#first ? ours : this.#several(target);
  }

  #several(target: string): Heard {
    const names = `"${this.#first}", "${target}"`;
    const sentence = `${authority(this.#endpoint)} speaks for several devices (${names}); say with the endpoint's target which one is meant`;
    return { kind: 'several', sentence };
  }
}

/** Nothing of it is ours but that it came. */
export function foreignNotification(
  wire: WireNotification,
  receivedAtMs: number,
): Extract<Notification, { kind: 'update' }> {
  const trouble = {
    kind: 'foreign-target',
    path: null,
    count: Math.max(1, wire.update.length),
    atMs: receivedAtMs,
    value: wire.prefix?.target ?? '',
  } as const;
  return {
    kind: 'update',
    // Of another device's clock.
    timestampNs: 0n,
    receivedAtMs,
    atomicUnder: null,
    deletes: [],
    updates: [],
    undecodable: 0,
    troubles: [trouble],
  };
}
