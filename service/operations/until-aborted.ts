/** A stream that ends with something that lives longer than it, without leaving anything behind there. */

interface Followed extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * What the stream yields, until the signal aborts: then its reason is thrown, also while nothing comes.
 * @param follow called when the stream is first read; disposed at its end
 */
export async function* untilAborted(
  stream: AsyncIterable<unknown>,
  follow: () => Followed,
): AsyncGenerator<unknown> {
  using followed = follow();
  const { signal } = followed;
  const steps = stream[Symbol.asyncIterator]();
  let abort: (reason: unknown) => void = () => {};
  // One listener for all steps: one a step would pile up on a signal that outlives the stream.
  const told = () => abort(signal.reason);
  signal.addEventListener('abort', told);
  try {
    for (;;) {
      signal.throwIfAborted();
      const step = await new Promise<IteratorResult<unknown>>((resolve, reject) => {
        abort = reject;
        steps.next().then(resolve, reject);
      });
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    signal.removeEventListener('abort', told);
    const end = steps.return?.().catch(() => {});
    // A stream to which nothing comes ends only with its own signal.
    if (!signal.aborted) await end;
  }
}
