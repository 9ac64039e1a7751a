import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { appError } from '../../src-shared/kernel/app-error.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import { causeOfError } from './socket-cause.ts';

/** The single steps to a server. Each ends what it opened. An aborted one ends as well, its result is of no use. */
export type ProbeNetwork = {
  /** The first IP address of a name. */
  readonly resolve: (host: string) => Promise<Result<string>>;
  /** Whether a TCP port takes a connection. Carries the IP address that took it. */
  readonly connect: (host: string, port: number, signal: AbortSignal) => Promise<Result<string>>;
  /** Whether a TLS handshake succeeds and the certificate is believed. Carries the protocol's version, e.g. `TLSv1.3`. */
  readonly secure: (host: string, port: number, signal: AbortSignal) => Promise<Result<string>>;
};

/** The network of this computer. */
export const systemNetwork: ProbeNetwork = {
  resolve: async (host) => {
    try {
      return ok((await lookup(host)).address);
    } catch {
      // Whatever the resolver's reason, the name leads nowhere from here.
      return err(appError('name-not-found'));
    }
  },
  connect: (host, port, signal) => {
    const socket = connect({ host, port });
    return tried(socket, 'connect', signal, () => socket.remoteAddress ?? host);
  },
  secure: (host, port, signal) => {
    const socket = connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}) });
    return tried(socket, 'secureConnect', signal, () => socket.getProtocol() ?? 'TLS');
  },
};

function tried(socket: Socket, event: string, signal: AbortSignal, found: () => string): Promise<Result<string>> {
  return new Promise((resolve) => {
    const finish = (result: Result<string>): void => {
      resolve(result);
      socket.destroy();
    };
    socket.once(event, () => finish(ok(found())));
    socket.on('error', (error) => finish(err(appError(causeOfError(error)))));
    // A plain server may hang up in the middle of a TLS handshake without a word.
    socket.once('close', () => finish(err(appError(event === 'connect' ? 'connection-refused' : 'tls-failed'))));
    signal.addEventListener('abort', () => socket.destroy(), { once: true });
  });
}
