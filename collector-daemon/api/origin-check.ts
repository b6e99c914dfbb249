/**
 * Cookies are sent by browsers whoever asks, so a request that changes something or opens a WebSocket must come from
 * our own pages: its Origin, where a browser sends one, has to name the host that was asked, or the public address: a proxy in front
 * may ask us by another name.
 */
export interface OriginFacts {
  readonly origin: string | undefined;
  readonly host: string | undefined;
  /** Under which people reach the console. */
  readonly publicUrl?: string;
}

export function isSameOrigin({ origin, host, publicUrl }: OriginFacts): boolean {
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  if (publicUrl !== undefined && new URL(publicUrl).origin === new URL(origin).origin) return true;
  return new URL(origin).host === host;
}
