/** A door in front of a database server: shut, nobody gets in and everybody inside is thrown out. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface DatabaseDoor extends AsyncDisposable {
  /** The address of the database through the door. */
  readonly url: string;
  shut(): Promise<void>;
  open(): Promise<void>;
}

/** The door is open to begin with. */
export async function databaseDoor(databaseUrl: string): Promise<DatabaseDoor> {
  const behind = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((inside) => {
    const outside = connect(Number(behind.port), behind.hostname);
    for (const socket of [inside, outside]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        inside.destroy();
        outside.destroy();
      });
    }
    inside.pipe(outside).pipe(inside);
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${port}`;
  const shut = async () => {
    if (!server.listening) return;
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  };
  return {
    url: url.href,
    shut,
    open: async () => void (await listen(port)),
    [Symbol.asyncDispose]: shut,
  };
}
