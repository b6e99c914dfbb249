/**
 * Links into the desktop from tickets and chats: `nocturne://dashboard/<id>?from=…&to=…`. Anybody can write such a link,
 * so only what is known is read and everything else is refused.
 */
import { parseUuid } from '../core/id.ts';
import { parseDuration } from '../core/query/time-range.ts';
import { ok, refuse, type Result } from '../core/result.ts';
import { consoleHome } from './app-origin.ts';

export const deepLinkScheme = 'nocturne';

const longestLink = 2_048;

/**
 * The console's path for a link. Times are `now-15m` … `now` (which become the console's relative range), ms since the
 * epoch, or RFC 3339 date and time with a zone.
 */
export function parseDeepLink(text: string): Result<string> {
  if (text.length > longestLink || !URL.canParse(text)) return refuse('not a link to Nocturne');
  const url = new URL(text);
  if (url.protocol !== `${deepLinkScheme}:`) return refuse('not a link to Nocturne');
  if (url.username !== '' || url.password !== '' || url.port !== '' || url.hash !== '') {
    return refuse('a link to Nocturne holds no user, port or fragment');
  }
  if (url.host !== 'dashboard') return refuse(`links lead to dashboards, not to "${url.host}"`);
  const id = parseUuid(url.pathname.replace(/^\//, ''));
  if (!id.ok) return id;
  const time = parseTime(url.searchParams);
  return time.ok ? ok(`${consoleHome}dashboards/${id.value}${time.value}`) : time;
}

/** The first deep link among a program's arguments, as a second start or a click in a browser hands it over. */
export function deepLinkIn(programArguments: readonly string[]): string | null {
  // Schemes are the same in any case (RFC 3986 §3.1).
  const isLink = (text: string) => text.toLowerCase().startsWith(`${deepLinkScheme}://`);
  return programArguments.find(isLink) ?? null;
}

function parseTime(parameters: URLSearchParams): Result<string> {
  for (const name of parameters.keys()) {
    if (name !== 'from' && name !== 'to') return refuse(`links have no "${name}"`);
    if (parameters.getAll(name).length > 1) return refuse(`"${name}" stands twice in the link`);
  }
  const from = parameters.get('from');
  const to = parameters.get('to') ?? 'now';
  if (from === null) {
    return parameters.has('to') ? refuse('a link with "to" needs "from" as well') : ok('');
  }
  return from.startsWith('now-') ? relativeRange(from, to) : absoluteRange(from, to);
}

function relativeRange(from: string, to: string): Result<string> {
  const range = from.slice('now-'.length);
  const duration = parseDuration(range);
  if (!duration.ok) return duration;
  return to === 'now' ? ok(`?range=${range}`) : refuse('a range from "now-…" ends at "now"');
}

function absoluteRange(from: string, to: string): Result<string> {
  const fromMs = parseInstant(from);
  if (!fromMs.ok) return fromMs;
  if (to === 'now') return refuse('a range from a fixed time needs a fixed "to"');
  const toMs = parseInstant(to);
  if (!toMs.ok) return toMs;
  return fromMs.value < toMs.value
    ? ok(`?from=${fromMs.value}&to=${toMs.value}`)
    : refuse('the range of the link ends before it begins');
}

const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

function parseInstant(text: string): Result<number> {
  const ms = /^\d{1,15}$/.test(text)
    ? Number(text)
    : instantPattern.test(text)
      ? Date.parse(text)
      : Number.NaN;
  return Number.isFinite(ms) ? ok(ms) : refuse(`not a time: "${text}"`);
}
