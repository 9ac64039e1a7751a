import { z } from 'zod';
import { createNodePorts } from './node-ports.ts';
import { createServer, type KithServer } from './server.ts';
import { StartError, type StartErrorCode } from './start-error.ts';

/**
 * The server inside an application: the file runs in an Electron utility process or a forked one and is spoken to
 * by messages. `start` is answered with `started` or `failed`; `stop`, or the end of the other side, ends it.
 */

const startSchema = z.object({
  kind: z.literal('start'),
  /** 127.0.0.1 unless the person asked for more. */
  host: z.string().min(1).max(255),
  /** The port to prefer; another free one is taken when it is not to be had. 0 means any. */
  port: z.int().min(0).max(65_535),
  dataDir: z.string().min(1),
});
const requestSchema = z.discriminatedUnion('kind', [startSchema, z.object({ kind: z.literal('stop') })]);

type Answer =
  | { readonly kind: 'started'; readonly url: string; readonly port: number }
  | { readonly kind: 'failed'; readonly reason: StartErrorCode | 'unexpected' };

/** The side that started this process: Electron's or Node's. */
type ParentPort = {
  on(event: 'message', take: (event: { readonly data: unknown }) => void): unknown;
  postMessage(message: unknown): void;
};
const parentPort = (process as { parentPort?: ParentPort }).parentPort;

const ports = createNodePorts((line) => process.stderr.write(line));
let server: KithServer | undefined;

async function startServer(settings: { host: string; port: number; dataDir: string }): Promise<Answer> {
  server = createServer(settings, ports);
  try {
    return { kind: 'started', ...(await server.start()) };
  } catch (error) {
    server = undefined;
    if (!(error instanceof StartError)) return { kind: 'failed', reason: 'unexpected' };
    if (error.code === 'port-taken' && settings.port !== 0) return startServer({ ...settings, port: 0 });
    return { kind: 'failed', reason: error.code };
  }
}

async function take(message: unknown): Promise<void> {
  const request = requestSchema.safeParse(message);
  if (!request.success) return;
  if (request.data.kind === 'stop') return stopAndExit();
  // One process, one server: a second start is a mistake of the caller and changes nothing.
  if (server !== undefined) return;
  const { host, port, dataDir } = request.data;
  answer(await startServer({ host, port, dataDir }));
}

function answer(message: Answer): void {
  if (parentPort === undefined) process.send?.(message);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process, not a window
  else parentPort.postMessage(message);
}

async function stopAndExit(): Promise<void> {
  await server?.stop();
  process.exit(0);
}

if (parentPort === undefined) {
  process.on('message', (message) => void take(message));
  process.on('disconnect', () => void stopAndExit());
} else parentPort.on('message', ({ data }) => void take(data));
