/** What every command gets from the program: its environment, when to stop, where to write. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
  readonly warn: (line: string) => void;
}
