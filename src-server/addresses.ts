import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** An IP address in one form: `::ffff:10.0.0.1` is 10.0.0.1. */
export function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:/i, '').toLowerCase();
}

/**
 * The host names under which a server that listens on `host` may be asked for, in lower case and without brackets:
 * anything else is a web page whose name was made to point here (safety T18, DNS rebinding).
 */
export function ownHostNames(host: string, allowedHosts: readonly string[]): ReadonlySet<string> {
  const names = new Set(['localhost', '127.0.0.1', '::1', ...allowedHosts.map((name) => name.toLowerCase())]);
  if (isIP(host) === 0 || (host !== '0.0.0.0' && host !== '::')) return names.add(host.toLowerCase());
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { address } of addresses ?? []) names.add(address.toLowerCase());
  }
  return names;
}

/** The host of a `Host` header in lower case, without port and brackets, or undefined where it is none. */
export function hostOf(header: string | undefined): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+))(?::\d{1,5})?$/i.exec(header ?? '');
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}

/** A host as it stands in a URL: IPv6 in brackets. */
export function urlHost(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}
