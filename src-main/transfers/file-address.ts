import { parseUrl } from '../../src-shared/kernel/parse-url.ts';
import type { ServerUrl } from '../../src-shared/kernel/ids.ts';
import { isPrivateHost } from '../../src-shared/protocol/server-url.ts';

/**
 * The address of a file on the server itself: a path, or an address of the same host and port as the socket, over http
 * for ws and https for wss (protocol reading, "Files and images"). Null where it is anywhere else (safety T8).
 */
export function ownFileUrl(serverUrl: ServerUrl, pathOrUrl: string): URL | null {
  const origin = httpOrigin(serverUrl);
  const url = /^\/(?![/\\])/.test(pathOrUrl) ? parseUrl(origin + pathOrUrl) : parseUrl(pathOrUrl);
  return url !== null && url.origin === origin && hasNoCredentials(url) ? url : null;
}

/** An address of somebody else that may be fetched once a person said so, or null. */
export function foreignFileUrl(text: string): URL | null {
  const url = parseUrl(text);
  const isWeb = url !== null && (url.protocol === 'http:' || url.protocol === 'https:');
  return isWeb && hasNoCredentials(url) ? url : null;
}

/**
 * Where a redirect leads, or null where nobody should follow: to another scheme, out of encryption, or from outside into
 * the network around this computer, whose routers and printers do what a mere request says (safety T8).
 */
export function redirectTarget(from: URL, location: string): URL | null {
  const target = foreignFileUrl(resolveHref(from, location));
  if (target === null || (from.protocol === 'https:' && target.protocol !== 'https:')) return null;
  return isPrivateHost(target.hostname) && !isPrivateHost(from.hostname) ? null : target;
}

function resolveHref(from: URL, location: string): string {
  try {
    return new URL(location, from).href;
  } catch {
    return '';
  }
}

/** The server's own `http(s)://host:port`. */
export function httpOrigin(serverUrl: ServerUrl): string {
  return new URL(serverUrl.replace(/^ws/, 'http')).origin;
}

const hasNoCredentials = (url: URL): boolean => url.username === '' && url.password === '';
