/** The program's log: JSON lines for journals and collectors, plain lines on a terminal. Secrets are redacted. */
import { type DestinationStream, type LoggerOptions, pino, stdTimeFunctions } from 'pino';
import type { Environment } from './config.ts';

export interface Logger {
  debug(text: string): void;
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

const secretPattern = /(postgres(?:ql)?:\/\/[^:@/\s]+):[^@\s]+@/g;

function redact(text: string): string {
  return text.replace(secretPattern, '$1:…@');
}

/** `{"level":"warn","time":"2026-11-21T18:00:00.000Z","node":"col-1","msg":"…"}`, a line each. */
export function jsonLogger(
  level: Environment['LOG_LEVEL'],
  node: string,
  destination?: DestinationStream,
): Logger {
  const options: LoggerOptions = {
    level,
    base: { node },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  const log = destination === undefined ? pino(options) : pino(options, destination);
  return {
    debug: (text) => log.debug(redact(text)),
    info: (text) => log.info(redact(text)),
    warn: (text) => log.warn(redact(text)),
    error: (text) => log.error(redact(text)),
  };
}

/** For a person at a terminal: warnings and errors as lines. */
export function plainLogger(write: (line: string) => void): Logger {
  return {
    debug: () => {},
    info: () => {},
    warn: (text) => write(`  ${redact(text)}`),
    error: (text) => write(`  ${redact(text)}`),
  };
}
