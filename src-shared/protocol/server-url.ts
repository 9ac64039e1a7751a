import { parseUrl } from '../kernel/parse-url.ts';
import { maxAddressLength } from '../domain/limits.ts';
import { maxWireInt, serverUrl, userId, type ServerUrl, type UserId } from '../kernel/ids.ts';
import { err, ok, type Result } from '../kernel/result.ts';

const schemes: ReadonlyMap<string, 'ws:' | 'wss:'> = new Map([
  ['ws', 'ws:'],
  ['wss', 'wss:'],
  ['http', 'ws:'],
  ['https', 'wss:'],
]);

/**
 * Reads the address of a server as a person types it: `host:port` alone means `ws://`, http and https mean ws and wss.
 * Names become lower case and punycode, IPv6 may come without brackets where it has no port.
 *
 * @returns the normal form: `ws://host:port/path` without a default port, and without the path where it is `/`. Fails
 * for other schemes, credentials, a fragment, blanks within, and whatever is no address.
 */
export function parseServerAddress(input: string): Result<ServerUrl, 'address-invalid'> {
  const text = input.trim();
  // eslint-disable-next-line no-control-regex -- the URL parser drops tabs and line ends in silence
  if (text.length > maxAddressLength || /[\s\u0000-\u001f\u007f\\#]/.test(text)) return err('address-invalid');
  const [, scheme = 'ws', rest = text] = /^([a-z][a-z\d+.-]*):\/\/(.*)$/i.exec(text) ?? [];
  const protocol = schemes.get(scheme.toLowerCase());
  // `http:/host` is a slip of the finger, not a host called http.
  const hasBrokenScheme = /^(?:wss?|https?):/i.test(rest);
  const isBareIpv6 = /^[\da-f]*:[\da-f]*:[\da-f:.]*$/i.test(rest);
  const href = `${protocol}//${isBareIpv6 ? `[${rest}]` : rest}`;
  if (protocol === undefined || hasBrokenScheme || rest.startsWith('/')) return err('address-invalid');
  const url = parseUrl(href);
  if (url === null || url.username !== '' || url.password !== '' || url.port === '0') return err('address-invalid');
  const path = url.pathname === '/' ? '' : url.pathname;
  return ok(serverUrl(`${url.protocol}//${url.host}${path}${url.search}`));
}

/**
 * Whether passwords and messages would cross a public network unencrypted: `ws:` to anything but this computer, a
 * private or link-local address, a `.local` name or a name without a dot (safety T15).
 */
export function isPlainPublic(url: ServerUrl): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'ws:' && !isPrivateHost(hostname);
}

/**
 * Whether a host is this computer or in the network around it, told by its name alone: a private or link-local address,
 * a `.local` name or a name without a dot.
 * @param hostname as `URL` gives it.
 */
export function isPrivateHost(hostname: string): boolean {
  if (hostname.startsWith('[')) return isPrivateIpv6(hostname.slice(1, -1));
  if (/^\d+\.\d+\.\d+\.\d+$/.test(hostname)) return isPrivateIpv4(hostname.split('.').map(Number));
  const name = hostname.replace(/\.$/, '');
  return !name.includes('.') || name.endsWith('.local') || name.endsWith('.localhost');
}

function isPrivateIpv4([a = 0, b = 0, c = 0, d = 0]: readonly number[]): boolean {
  return (
    a === 10 ||
    a === 127 ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    // "This host": connecting to 0.0.0.0 reaches this computer.
    (a | b | c | d) === 0
  );
}

/** `address` is in the short form that URL gives: lower case, zeros left out. */
function isPrivateIpv6(address: string): boolean {
  const mapped = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(address);
  if (mapped !== null) {
    const high = Number.parseInt(mapped[1] ?? '', 16);
    const low = Number.parseInt(mapped[2] ?? '', 16);
    return isPrivateIpv4([high >> 8, high & 255, low >> 8, low & 255]);
  }
  if (address === '::1' || address === '::') return true;
  const first = Number.parseInt(address.split(':')[0] || '0', 16);
  return (first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80;
}

/** Whom to add, and on which server (protocol reading, "Finding people"). */
export type AddLink = { readonly userId: UserId; readonly server: ServerUrl };

/** `kith://add/<id>?server=<ws url>`. */
export function encodeAddLink(link: AddLink): string {
  return `kith://add/${link.userId}?server=${encodeURIComponent(link.server)}`;
}

/** Reads an {@link encodeAddLink} link as the system or a person hands it over. The server is normalised. */
export function parseAddLink(text: string): Result<AddLink, 'link-invalid'> {
  if (text.length > maxAddressLength * 3) return err('link-invalid');
  const match = /^kith:\/\/add\/([1-9]\d{0,9})\/?\?server=([^&#]+)$/i.exec(text.trim());
  const id = Number(match?.[1]);
  if (match === null || id > maxWireInt) return err('link-invalid');
  const server = parseServerAddress(decodePercent(match[2] ?? ''));
  return server.ok ? ok({ userId: userId(id), server: server.value }) : err('link-invalid');
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
