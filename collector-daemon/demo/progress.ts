/** Progress on the terminal: a line a step, with how long it took. */
export interface Progress {
  /** Runs a step; prints its line when it is done. The step's answer may say more about it. */
  step<Answer>(
    name: string,
    run: () => Promise<Answer>,
    detail?: (answer: Answer) => string,
  ): Promise<Answer>;
  line(text: string): void;
}

export interface ProgressOptions {
  readonly write: (text: string) => void;
  /** ms, monotonic */
  readonly nowMs: () => number;
}

const nameWidth = 22;

export function printProgress({ write, nowMs }: ProgressOptions): Progress {
  return {
    async step(name, run, detail = () => '') {
      const startedAtMs = nowMs();
      const answer = await run();
      const seconds = ((nowMs() - startedAtMs) / 1_000).toFixed(2).padStart(6);
      write(`  ${name.padEnd(nameWidth)} ${seconds} s  ${detail(answer)}`.trimEnd() + '\n');
      return answer;
    },
    line: (text) => write(`${text}\n`),
  };
}
