import { defaultLimits, type Limits } from './limits.ts';

export type ServerOptions = {
  /** The address to listen on. Only loopback unless the person asked for more (safety T18). */
  readonly host: string;
  /** The port, 0 for any free one. */
  readonly port: number;
  /** The folder that holds everything the server keeps. Made when it is not there. */
  readonly dataDir: string;
  readonly registration: 'open' | 'closed';
  /** Names other than loopback and the bound addresses under which clients may ask for this server. */
  readonly allowedHosts: readonly string[];
  readonly limits: Limits;
  readonly passwordCost: PasswordCost;
};

/** Cost of scrypt: memory is 128·N·r bytes, time grows with N·r·p. */
export type PasswordCost = { readonly N: number; readonly r: number; readonly p: number };

/** What a caller gives; the rest is the default. */
export type ServerSettings = Partial<Omit<ServerOptions, 'dataDir' | 'limits'>> & {
  readonly dataDir: string;
  readonly limits?: Partial<Limits>;
};

export const defaultPort = 14_514;

/** 32 MiB and about a quarter of a second (safety T20). */
const defaultPasswordCost: PasswordCost = { N: 2 ** 15, r: 8, p: 3 };

/** Fills in the defaults. */
export function completeOptions(settings: ServerSettings): ServerOptions {
  return {
    host: '127.0.0.1',
    port: defaultPort,
    registration: 'open',
    allowedHosts: [],
    passwordCost: defaultPasswordCost,
    ...settings,
    limits: { ...defaultLimits, ...settings.limits },
  };
}
