/** What looking an installation over finds. */
import type { ServerFacts } from './server-facts.ts';

export interface Finding {
  /** `hint`: it works, and would work better. */
  readonly level: 'ok' | 'hint' | 'warning' | 'problem';
  /** What was looked at. */
  readonly about: string;
  /** What was found and, unless it is well, what to do. */
  readonly text: string;
}

export interface JudgedFacts extends ServerFacts {
  readonly engine: 'plain' | 'timescale';
  /** By this program's clock, at the moment the server was asked. */
  readonly ownNowMs: number;
  /** Free bytes where the data folder lies; null where unknown. */
  readonly freeBytes: number | null;
  /** Of the machine the server runs on; null where that is another one. */
  readonly memoryBytes: number | null;
}
