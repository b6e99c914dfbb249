/** The door for COPY data: a statement and its bytes. Another driver brings another one. */
import { finished } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { from } from 'pg-copy-streams';

export type CopyIn = (statement: string, data: Uint8Array) => Promise<void>;

/** COPY … FROM STDIN over the client's connection. */
export function copyFromStdin(client: ClientBase): CopyIn {
  return async (statement, data) => {
    const stream = client.query(from(statement));
    stream.end(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    await finished(stream);
  };
}
