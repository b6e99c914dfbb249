/** The built web console under `/console/`; every deep link of it answers with its one page. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import staticFiles from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

export async function serveConsole(server: FastifyInstance, folder: string): Promise<void> {
  server.get('/', (_request, reply) => reply.redirect('/console/'));
  if (!existsSync(path.join(folder, 'index.html'))) {
    const text =
      'The web console is not built on this node: run "npm run build" there and restart it.\n';
    server.get('/console/*', (_request, reply) => reply.code(503).type('text/plain').send(text));
    return;
  }
  await server.register(
    async (scope) => {
      // What is no file is a deep link of the console, unless it looks like a file.
      scope.setNotFoundHandler((request, reply) => {
        if (/\.[a-z0-9]{1,5}$/.test(request.url.split('?', 1)[0]!)) return reply.code(404).send();
        return reply.header('cache-control', 'no-cache').sendFile('index.html');
      });
      await scope.register(staticFiles, { root: folder, prefix: '/', setHeaders: cacheHeaders });
    },
    { prefix: '/console' },
  );
}

/** Names of built assets hold their content's hash; the page itself must be asked for each time. */
function cacheHeaders(reply: FastifyReply, file: string): void {
  const lasting = file.includes(`${path.sep}assets${path.sep}`);
  reply.header('cache-control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
}
