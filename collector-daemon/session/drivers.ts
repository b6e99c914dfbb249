/** Which driver speaks which protocol: the only file of a session that knows any. */
import type { CollectionTarget } from '../../core/inventory/collection-target.ts';
import { GnmiDriver } from './gnmi/gnmi-driver.ts';
import type { DriverOptions, SessionDriver } from './session-driver.ts';

type OpenDriver<Target extends CollectionTarget> = (
  target: Target,
  options: DriverOptions,
) => SessionDriver;

const drivers: {
  readonly [Protocol in CollectionTarget['protocol']]: OpenDriver<
    Extract<CollectionTarget, { readonly protocol: Protocol }>
  >;
} = {
  gnmi: (target, options) => new GnmiDriver(target, options),
};

export function openDriver(target: CollectionTarget, options: DriverOptions): SessionDriver {
  return drivers[target.protocol](target, options);
}
