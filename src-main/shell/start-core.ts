import process from 'node:process';
import { createDialer } from '../connection/dialer.ts';
import { createLink } from '../connection/create-link.ts';
import { createProbe } from '../connection/probe.ts';
import { createMain, type Main, type MainPorts } from '../create-main.ts';
import { createLargeFrames } from '../store/large-frames.ts';
import { createStoreClient } from '../store/store-client.ts';

type ShellPorts = Omit<MainPorts, 'store' | 'createLink' | 'probe' | 'platform' | 'isRoot'>;

export type Core = Main & {
  /** Starts the store's process, so that nobody waits for it later. Not before the program is ready. */
  readonly warmUp: () => void;
};

/** Makes the core of the ports that the shell has and of those that plain Node gives. Nothing of it asks Electron yet. */
export async function startCore(ports: ShellPorts): Promise<Core> {
  const { clock, random, log, fork } = ports;
  const store = createStoreClient({ fork, clock, log });
  const largeFrames = createLargeFrames(store, log);
  const main = await createMain({
    ...ports,
    store,
    createLink: () => createLink({ clock, random, log, dialer: createDialer(), largeFrames }),
    probe: createProbe({ clock }),
    platform: process.platform === 'win32' || process.platform === 'darwin' ? process.platform : 'linux',
    isRoot: process.getuid?.() === 0,
  });
  return { ...main, warmUp: store.warmUp };
}
