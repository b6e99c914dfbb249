/** The program's log: JSON lines for journals and collectors, plain lines on a terminal. Secrets are redacted. */
import { pino } from 'pino';
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

export function jsonLogger(level: Environment['LOG_LEVEL'], node: string | undefined): Logger {
  const log = pino({ level, base: node === undefined ? {} : { node } });
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
