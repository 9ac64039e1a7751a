import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { contentSecurityPolicy } from './content-security-policy.ts';

/** The origin of our page: everything that speaks to main is checked against it. */
export const appOrigin = 'app://bundle';

/** The files of the page by their path in the address, e.g. `/assets/index.js`. */
export type BundleManifest = ReadonlyMap<string, { readonly filePath: string; readonly contentType: string }>;

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** Lists the built page once. What is not in this list later does not exist for the page; no path is ever joined. */
export function listBundle(dir: string): BundleManifest {
  const manifest = new Map<string, { filePath: string; contentType: string }>();
  // By hand, folder by folder: a packaged bundle lies in an archive, which cannot be listed recursively.
  const listFolder = (folder: string, urlPath: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const filePath = path.join(folder, entry.name);
      const entryUrl = `${urlPath}/${encodeURIComponent(entry.name)}`;
      const contentType = contentTypes[path.extname(entry.name)];
      if (entry.isDirectory()) listFolder(filePath, entryUrl);
      else if (entry.isFile() && contentType !== undefined) manifest.set(entryUrl, { filePath, contentType });
    }
  };
  listFolder(dir, '');
  return manifest;
}

type AppProtocol = {
  readonly answer: (request: Request) => Promise<Response>;
  /** Resolves with the first answer given. */
  readonly firstAnswer: Promise<void>;
};

/** Answers requests to `app://bundle/…` (safety §5.2): GET of a known file, or nothing. */
export function createAppProtocol(manifest: BundleManifest): AppProtocol {
  let tellFirstAnswer = (): void => {};
  const firstAnswer = new Promise<void>((resolve) => (tellFirstAnswer = resolve));
  const respond = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    if (request.method !== 'GET') return refusal(405);
    if (url.host !== 'bundle') return refusal(404);
    const file = manifest.get(url.pathname === '/' ? '/index.html' : url.pathname);
    if (file === undefined) return refusal(404);
    return new Response(new Uint8Array(await readFile(file.filePath)), {
      headers: { ...commonHeaders, 'Content-Type': file.contentType, 'Content-Security-Policy': contentSecurityPolicy },
    });
  };
  return {
    answer: (request) => respond(request).finally(tellFirstAnswer),
    firstAnswer,
  };
}

const commonHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-cache',
  'Referrer-Policy': 'no-referrer',
};

function refusal(status: 404 | 405): Response {
  return new Response(null, { status, headers: { ...commonHeaders, 'Content-Security-Policy': "default-src 'none'" } });
}
