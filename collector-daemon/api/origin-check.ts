/**
 * Cookies are sent by browsers whoever asks, so a request that changes something or opens a WebSocket must come from
 * our own pages: its Origin, where a browser sends one, has to name the host that was asked.
 */
export interface OriginFacts {
  readonly origin: string | undefined;
  readonly host: string | undefined;
}

export function isSameOrigin({ origin, host }: OriginFacts): boolean {
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  return new URL(origin).host === host;
}
