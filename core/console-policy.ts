/**
 * The content security policy of the console, the same on web nodes and on the desktop. The console runs without inline
 * scripts and styles and without `eval`, so nothing has to be let through for it.
 */
export const consolePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
