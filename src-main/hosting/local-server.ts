import path from 'node:path';
import { z } from 'zod';
import { appError } from '../../src-shared/kernel/app-error.ts';
import { serverUrl, type ServerUrl } from '../../src-shared/kernel/ids.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import { readIfExists, writeAtomic } from '../files/atomic-file.ts';
import type { ChildPort, Clock, ForkChild, Logger } from '../ports.ts';

/**
 * The server's usual port. Taken by something else at the first start, any free one is used and remembered. Later the
 * remembered one is the only one: accounts, with their tokens and histories, belong to that address.
 */
const usualPort = 14_514;
const startPatienceMs = 15_000;
/** Another window of ours that is just starting the server needs a moment to say where. */
const placePatienceMs = 5_000;
const placePollMs = 250;
const stopPatienceMs = 2_000;
const loopback = '127.0.0.1';

const placeSchema = z.object({ port: z.int().min(1).max(65_535) });
const replySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), url: z.string() }),
  z.object({ kind: z.literal('failed'), reason: z.string() }),
]);

export type LocalServer = {
  /** Runs the built-in server for this computer, or finds the one that another window of ours runs. */
  readonly start: () => Promise<Result<ServerUrl>>;
  /** Starts it where `url` is its address and nobody answers there. True where it was started now. */
  readonly ensure: (url: ServerUrl) => Promise<boolean>;
  readonly stop: () => Promise<void>;
};

export type LocalServerDeps = {
  /** Shared by all profiles of this person: their windows talk through one server. */
  readonly hostingDir: string;
  readonly fork: ForkChild;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether a server of this protocol answers there. */
  readonly answers: (url: ServerUrl) => Promise<boolean>;
};

/** "Try it on this computer": one server for all windows, started by the first that needs it, taken over when that one leaves. */
export function createLocalServer(deps: LocalServerDeps): LocalServer {
  const placeFile = path.join(deps.hostingDir, 'place.json');
  let child: ChildPort | null = null;
  let running: ServerUrl | null = null;
  let starting: Promise<Result<ServerUrl>> | null = null;

  const urlOf = (port: number): ServerUrl => serverUrl(`ws://${loopback}:${port}`);

  async function knownPort(): Promise<number | null> {
    const bytes = await readIfExists(placeFile, 4_096).catch(() => null);
    if (bytes === null) return null;
    try {
      return placeSchema.parse(JSON.parse(new TextDecoder().decode(bytes))).port;
    } catch {
      return null;
    }
  }

  /** Forks the server on this port (0: any). Resolves to its port, or null where it could not start. */
  function forkOn(port: number): Promise<number | null> {
    const forked = deps.fork('server');
    return new Promise((resolve) => {
      const cancel = deps.clock.setTimer(startPatienceMs, () => {
        forked.kill();
        resolve(null);
      });
      forked.onExit(() => {
        cancel();
        if (child === forked) {
          child = null;
          running = null;
        }
        resolve(null);
      });
      forked.onMessage((message) => {
        const reply = replySchema.safeParse(message);
        if (!reply.success) return;
        cancel();
        if (reply.data.kind === 'failed') {
          deps.log('local-server-failed');
          forked.kill();
          resolve(null);
          return;
        }
        child = forked;
        resolve(Number(new URL(reply.data.url).port));
      });
      forked.send({ kind: 'start', host: loopback, port, dataDir: path.join(deps.hostingDir, 'data') });
    });
  }

  async function startAnew(): Promise<Result<ServerUrl>> {
    const known = await knownPort();
    if (known !== null && (await deps.answers(urlOf(known)))) return ok(urlOf(known));
    const got = await forkOn(known ?? usualPort);
    if (got !== null && (known === null || got === known)) {
      if (known === null) await writeAtomic(placeFile, new TextEncoder().encode(JSON.stringify({ port: got })));
      running = urlOf(got);
      return ok(running);
    }
    if (got !== null) {
      deps.log('local-server-port-taken');
      await stop();
    }
    // The data is held by one server at a time: another window of ours may have been faster.
    const place = await findOther();
    return place === null ? err(appError('hosting-failed')) : ok(place);
  }

  async function findOther(): Promise<ServerUrl | null> {
    const untilMs = deps.clock.monotonicMs() + placePatienceMs;
    do {
      const port = await knownPort();
      if (port !== null && (await deps.answers(urlOf(port)))) return urlOf(port);
      await new Promise<void>((resolve) => void deps.clock.setTimer(placePollMs, resolve));
    } while (deps.clock.monotonicMs() < untilMs);
    return null;
  }

  function start(): Promise<Result<ServerUrl>> {
    if (running !== null) return Promise.resolve(ok(running));
    starting ??= startAnew()
      .catch(async (error: unknown) => {
        deps.log('local-server-failed', { error: error instanceof Error ? error.name : 'unknown' });
        await stop();
        return err(appError('hosting-failed'));
      })
      .finally(() => {
        starting = null;
      });
    return starting;
  }

  async function stop(): Promise<void> {
    const stopping = child;
    if (stopping === null) return;
    await new Promise<void>((resolve) => {
      const cancel = deps.clock.setTimer(stopPatienceMs, () => stopping.kill());
      stopping.onExit(() => {
        cancel();
        resolve();
      });
      stopping.send({ kind: 'stop' });
    });
  }

  async function ensure(url: ServerUrl): Promise<boolean> {
    const port = await knownPort();
    if (port === null || url !== urlOf(port) || running !== null || (await deps.answers(url))) return false;
    await start();
    return running !== null;
  }

  return { start, ensure, stop };
}
