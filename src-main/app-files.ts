/** Answers requests for the console's built files: nothing outside their folder, every answer under the strict policy. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { consolePolicy } from '../core/console-policy.ts';
import { consoleHome, consolePathOf } from './app-origin.ts';

const mimeTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

export type AppFile =
  | { readonly kind: 'file'; readonly path: string; readonly mimeType: string }
  | { readonly kind: 'refused'; readonly status: 400 | 404 };

/**
 * The file that answers a URL. A path of the console whose last part has no extension is one of its screens and gets
 * the page itself, so deep links work.
 * @param folder absolute path of the built renderer
 */
export function appFileOf(url: string, folder: string): AppFile {
  const inside = consolePathOf(url)?.split('?', 1)[0];
  if (inside === undefined) return { kind: 'refused', status: 404 };
  const decoded = decodePath(inside.slice(consoleHome.length));
  if (decoded === null) return { kind: 'refused', status: 400 };
  const extension = path.posix.extname(decoded);
  if (extension === '') return fileAt(path.join(folder, 'index.html'), '.html');
  const file = path.resolve(folder, decoded);
  if (!file.startsWith(path.resolve(folder) + path.sep)) return { kind: 'refused', status: 400 };
  return fileAt(file, extension);
}

export async function answerAppRequest(
  request: Pick<Request, 'method' | 'url'>,
  folder: string,
): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return answer(null, 405);
  const found = appFileOf(request.url, folder);
  if (found.kind === 'refused') return answer(null, found.status);
  try {
    return answer(new Uint8Array(await readFile(found.path)), 200, found.mimeType);
  } catch {
    return answer(null, 404);
  }
}

function fileAt(file: string, extension: string): AppFile {
  const mimeType = mimeTypes[extension.toLowerCase()];
  return mimeType === undefined
    ? { kind: 'refused', status: 404 }
    : { kind: 'file', path: file, mimeType };
}

/** Null for what no link of ours holds: broken escapes, NUL, back slashes, drive letters, and any step upwards. */
function decodePath(text: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    return null;
  }
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (/[\u0000-\u001f\\:%]/.test(decoded)) return null;
  const steps = decoded.split('/');
  return decoded.startsWith('/') || steps.includes('..') || steps.includes('.') ? null : decoded;
}

function answer(
  body: Uint8Array<ArrayBuffer> | null,
  status: number,
  mimeType = 'text/plain',
): Response {
  return new Response(body, {
    status,
    headers: {
      'content-type': mimeType,
      'content-security-policy': consolePolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    },
  });
}
