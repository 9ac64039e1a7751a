import process from 'node:process';
import { createLink } from '../connection/create-link.ts';
import { createLateDialer } from '../connection/late-dialer.ts';
import { createMain, type Main, type MainPorts } from '../create-main.ts';
import { createLargeFrames } from '../store/large-frames.ts';
import type { HttpGet } from '../transfers/http-get.ts';
import { createStoreClient } from '../store/store-client.ts';

type ShellPorts = Omit<MainPorts, 'store' | 'createLink' | 'httpGet' | 'probe' | 'platform' | 'isRoot'>;

/** Makes the core of the ports that the shell has and of those that plain Node gives. Nothing of it asks Electron yet. */
export async function startCore(ports: ShellPorts): Promise<Main> {
  const { clock, random, log, fork } = ports;
  const store = createStoreClient({ fork, clock, log });
  const largeFrames = createLargeFrames(store, log);
  // Loaded when they are used: what they need of Node would hold up the first page.
  const dialer = createLateDialer(async () => (await import('../connection/dialer.ts')).createDialer());
  const httpGet: HttpGet = async (request) => (await import('../transfers/http-get.ts')).httpGet(request);
  const probe: MainPorts['probe'] = async (address, onStep) => {
    const { createProbe } = await import('../connection/probe.ts');
    return createProbe({ clock })(address, onStep);
  };
  return createMain({
    ...ports,
    store,
    createLink: () => createLink({ clock, random, log, dialer, largeFrames }),
    probe,
    httpGet,
    platform: process.platform === 'win32' || process.platform === 'darwin' ? process.platform : 'linux',
    isRoot: process.getuid?.() === 0,
  });
}
