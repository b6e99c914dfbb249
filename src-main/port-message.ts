/** Names of the three messages that hand a window its port. The renderer knows the last one by its own constant. */
export const askChannel = 'nocturne:connect';
export const portChannel = 'nocturne:port';
export const portMessage = 'nocturne:port';
