/**
 * How columns arrive in JavaScript: bigint as number (ids and counts stay below 2^53), timestamptz as ms since the
 * epoch with µs as its fraction. The parser reads any zone offset, so it does not depend on the session's time zone.
 */
import { types } from 'pg';

const oids = { int8: 20, timestamptz: 1184, int8Array: 1016, float8Array: 1022 } as const;

const timestampPattern =
  /^(\d{4,6})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?( BC)?$/;

/** PostgreSQL's ISO output of a timestamptz to ms; ±infinity as ±Infinity. */
export function msFromTimestamptz(text: string): number {
  const parts = timestampPattern.exec(text);
  if (parts === null) return text === '-infinity' ? -Infinity : Infinity;
  const [
    ,
    year,
    month,
    day,
    hour,
    minute,
    second,
    fraction,
    sign,
    zoneHour,
    zoneMinute,
    zoneSecond,
    bc,
  ] = parts;
  const date = new Date(0);
  date.setUTCFullYear(
    bc === undefined ? Number(year) : 1 - Number(year),
    Number(month) - 1,
    Number(day),
  );
  date.setUTCHours(Number(hour), Number(minute), Number(second));
  const zoneMs =
    (Number(zoneHour) * 3_600 + Number(zoneMinute ?? 0) * 60 + Number(zoneSecond ?? 0)) * 1_000;
  const micros = fraction === undefined ? 0 : Number(fraction.padEnd(6, '0'));
  return date.getTime() + (sign === '+' ? -zoneMs : zoneMs) + micros / 1_000;
}

type Parser = (text: string) => unknown;

/** The driver takes arrays apart letter by letter. Those of numbers are one row deep and hold no quotes. */
function float8Array(text: string): unknown {
  if (text === '{}') return [];
  if (text.startsWith('{{') || text.startsWith('['))
    return types.getTypeParser(oids.float8Array as number)(text);
  const parts = text.slice(1, -1).split(',');
  return parts.map((part) => (part === 'NULL' ? null : Number(part)));
}

const parsers: ReadonlyMap<number, Parser> = new Map<number, Parser>([
  [oids.int8, Number],
  [oids.timestamptz, msFromTimestamptz],
  [oids.float8Array, float8Array],
  [oids.int8Array, (text) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(Number))],
]);

/** The `types` of every connection of the project. */
export const columnTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): Parser {
    const own = format === 'binary' ? undefined : parsers.get(oid);
    return own ?? types.getTypeParser(oid, format);
  },
};
