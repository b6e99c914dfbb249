/** The desktop's own `app://` protocol, under which the console has a real origin and no access to other files. */
import type { Protocol } from 'electron';
import { answerAppRequest } from './app-files.ts';
import { appScheme } from './app-origin.ts';

/** Must be called before the app is ready: only a standard scheme has an origin, and so a policy that means it. */
export function declareAppScheme(protocol: Protocol): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: appScheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/** @param folder absolute path of the built renderer */
export function serveAppFiles(protocol: Protocol, folder: string): void {
  protocol.handle(appScheme, (request) => answerAppRequest(request, folder));
}
