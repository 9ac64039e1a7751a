import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createNodePorts } from '../node-ports.ts';
import type { ServerSettings } from '../options.ts';
import type { Clock, LogEvent, LogFields } from '../ports.ts';
import { createServer, type KithServer } from '../server.ts';

export type RunningServer = {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  readonly log: { readonly event: LogEvent; readonly fields: LogFields }[];
  readonly server: KithServer;
  /** Stops it and starts another on the same data. */
  restart(): Promise<RunningServer>;
  stop(): Promise<void>;
};

const running = new Set<RunningServer>();
const folders = new Set<string>();

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'kith-server-'));
  folders.add(folder);
  return folder;
}

/** A server on a free port with cheap passwords, so that a test takes no longer than what it tests. */
export async function startServer(
  settings: Partial<ServerSettings> = {},
  { clock }: { readonly clock?: Clock } = {},
): Promise<RunningServer> {
  const dataDir = settings.dataDir ?? temporaryFolder();
  const log: RunningServer['log'] = [];
  const ports = {
    clock: clock ?? createNodePorts(() => undefined).clock,
    randomBytes: (size: number) => randomBytes(size),
    log: (event: LogEvent, fields: LogFields = {}) => void log.push({ event, fields }),
  };
  const server = createServer({ port: 0, passwordCost: { N: 16, r: 1, p: 1 }, ...settings, dataDir }, ports);
  const { url, port } = await server.start();
  const self: RunningServer = {
    url,
    port,
    dataDir,
    log,
    server,
    async restart() {
      await self.stop();
      return startServer({ ...settings, dataDir }, clock === undefined ? {} : { clock });
    },
    async stop() {
      running.delete(self);
      await server.stop();
    },
  };
  running.add(self);
  return self;
}

/** For afterEach: stops what runs and removes what it left. */
export async function stopServers(): Promise<void> {
  for (const one of running) await one.stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}
