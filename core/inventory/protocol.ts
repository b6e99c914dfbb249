/** How an endpoint is spoken to. */
export const protocols = ['gnmi', 'netconf'] as const;
export type Protocol = (typeof protocols)[number];

/** Those that a collector has a driver for (`collector-daemon/session/drivers.ts`); endpoints of the others wait. */
export const collectedProtocols = ['gnmi'] as const satisfies readonly Protocol[];
export type CollectedProtocol = (typeof collectedProtocols)[number];
