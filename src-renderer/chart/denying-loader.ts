import { loader, type Loader } from 'vega';

/** Charts get their data from us; a specification that names an address is refused. */
export function denyingLoader(): Loader {
  const refuse = (uri: string) =>
    Promise.reject(new Error(`charts load nothing from the network: "${uri}"`));
  return Object.assign(loader(), { load: refuse, sanitize: refuse, http: refuse, file: refuse });
}
