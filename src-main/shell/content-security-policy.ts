/** What the page may load and do (safety §5.2): only what is in the bundle, no frames, no inline code or styles. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' app-media: blob:",
  "font-src 'self'",
  'media-src app-media:',
  "connect-src 'self'",
  "worker-src 'none'",
  "frame-src 'none'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** For `npm run dev` only: hot reload brings inline scripts and styles and a socket to the dev server. */
export function devContentSecurityPolicy(devServerOrigin: string): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'unsafe-inline'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' app-media: blob: data:",
    "font-src 'self' data:",
    `connect-src 'self' ${devServerOrigin.replace(/^http/, 'ws')}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
