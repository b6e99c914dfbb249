/** The door for COPY data: a statement and its bytes, in pieces. Another driver brings another one. */
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { from } from 'pg-copy-streams';

export type CopyIn = (statement: string, pieces: Iterable<Uint8Array>) => Promise<void>;

/** COPY … FROM STDIN over the client's connection; a piece is asked for when the one before is on its way. */
export function copyFromStdin(client: ClientBase): CopyIn {
  return async (statement, pieces) => {
    const stream = client.query(from(statement));
    // Rejects with what the server said; `stream.pipeline` would destroy the stream then, which it survives badly.
    const done = finished(stream);
    let ended = false;
    // It is awaited below, whenever that is.
    done.catch(() => {});
    stream.once('error', () => (ended = true));
    try {
      for (const { buffer, byteOffset, byteLength } of pieces) {
        const room = stream.write(Buffer.from(buffer, byteOffset, byteLength));
        if (!room) await Promise.race([once(stream, 'drain'), done]);
      }
    } catch (error) {
      // The server waits for the next piece and is told that none comes.
      if (!ended) stream.destroy(error as Error);
      await done.catch(() => {});
      throw error;
    }
    stream.end();
    await done;
  };
}
