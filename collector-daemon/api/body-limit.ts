/**
 * Bounds what a request may carry before anything reads it: oRPC reads bodies whole by itself, for callers without a
 * login too, and Fastify's own limit does not see them.
 */
import type { IncomingHttpHeaders } from 'node:http';

export const maxBodyBytes = 8 * 1024 * 1024;

interface Refusal {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: 411 | 413;
  readonly detail: string;
}

/** A problem document (RFC 9457), or null where the body may be read. */
export function bodyRefusal(headers: IncomingHttpHeaders): Refusal | null {
  if (headers['transfer-encoding'] !== undefined) {
    const detail = 'the length of the body is not known: send it with a Content-Length';
    return { type: 'about:blank', title: 'Length required', status: 411, detail };
  }
  const bytes = Number(headers['content-length'] ?? 0);
  if (bytes <= maxBodyBytes) return null;
  const detail = `the body has ${bytes} bytes, at most ${maxBodyBytes} are taken: send less at once`;
  return { type: 'about:blank', title: 'Content too large', status: 413, detail };
}
