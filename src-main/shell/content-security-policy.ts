/**
 * What the page may load and do (safety §5.2): only what is in the bundle, no frames, no inline code or styles. Its one
 * worker makes small copies of pictures; it is started by an address that only its own policy lets through.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' app-media: blob:",
  "font-src 'self'",
  'media-src app-media:',
  "connect-src 'self' app-media:",
  "worker-src 'self'",
  "frame-src 'none'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types picture-worker',
].join('; ');

/** For `npm run dev` only: hot reload brings inline scripts and styles and a socket to the dev server. */
export function devContentSecurityPolicy(devServerOrigin: string): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'unsafe-inline'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' app-media: blob: data:",
    "font-src 'self' data:",
    `connect-src 'self' app-media: ${devServerOrigin.replace(/^http/, 'ws')}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
