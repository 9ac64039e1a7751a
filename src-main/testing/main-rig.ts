import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serverUrl, type UserId } from '../../src-shared/kernel/ids.ts';
import { err } from '../../src-shared/kernel/result.ts';
import { appError } from '../../src-shared/kernel/app-error.ts';
import type { EventChannel, EventOf, ReplyOf, RequestChannel, RequestOf } from '../../src-shared/ipc/contract.ts';
import type { MessageView } from '../../src-shared/ipc/views.ts';
import { createDialer } from '../connection/dialer.ts';
import { createLink } from '../connection/create-link.ts';
import { createMain, type Main } from '../create-main.ts';
import { createSystemClock } from '../platform/system-clock.ts';
import { createSystemRandom } from '../platform/system-random.ts';
import type { Clock } from '../ports.ts';
import { createNodeForkChild } from '../store/fork-child-node.ts';
import { createLargeFrames } from '../store/large-frames.ts';
import { createStoreClient } from '../store/store-client.ts';
import { httpGet } from '../transfers/http-get.ts';
import { createFakeVault, type FakeVault } from './fake-vault.ts';
import { createNoFileShell } from './no-file-shell.ts';

export type Window = {
  readonly main: Main;
  /** Asks as the page does; a failure is thrown. */
  readonly ask: <C extends RequestChannel>(channel: C, request: RequestOf<C>) => Promise<ReplyOf<C>>;
  /** What was told on this channel so far. */
  readonly told: <E extends EventChannel>(channel: E) => EventOf<E>[];
  /** Resolves once this holds; asked again after every event. */
  readonly until: (holds: () => boolean | Promise<boolean>) => Promise<void>;
  readonly messages: (peerId: UserId) => Promise<readonly MessageView[]>;
  readonly close: () => Promise<void>;
};

const folders: string[] = [];
const windows = new Set<Window>();

export function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'kith-main-'));
  folders.push(folder);
  return folder;
}

/** Starts the main process as the shell does, without Electron, on real processes and sockets. */
export async function openWindow(
  storeFile: string,
  options: { folder?: string; vault?: FakeVault; clock?: Clock } = {},
): Promise<Window> {
  const { folder = newFolder(), vault = createFakeVault(), clock = createSystemClock() } = options;
  const random = createSystemRandom();
  const log = (): void => {};
  const events: { channel: EventChannel; event: unknown }[] = [];
  let wake = (): void => {};
  let next = new Promise<void>((resolve) => (wake = resolve));
  const fork = createNodeForkChild({ store: storeFile });
  const store = createStoreClient({ fork, clock: createSystemClock(), log });
  const largeFrames = createLargeFrames(store, log);
  const main = await createMain({
    clock,
    random,
    log,
    vault,
    fork,
    store,
    createLink: () => createLink({ clock, random, log, dialer: createDialer(), largeFrames }),
    httpGet,
    probe: () => Promise.resolve(err(appError('not-kith'))),
    storageDir: folder,
    hostingDir: path.join(folder, 'hosting'),
    systemLocale: () => 'en',
    platform: 'linux',
    profile: 'test',
    isRoot: false,
    openExternal: () => Promise.resolve(),
    fileShell: createNoFileShell(folder),
    isFocused: () => true,
    isScreenLocked: () => false,
    onQuitAnswer: () => {},
    emit: (channel, event) => {
      events.push({ channel, event });
      const woken = wake;
      next = new Promise((resolve) => (wake = resolve));
      woken();
    },
  });
  const window: Window = {
    main,
    ask: async (channel, request) => {
      const reply = await main.router.handle(channel, request);
      if (!reply.ok) throw new Error(`${channel}: ${reply.error.code} ${reply.error.serverText ?? ''}`);
      return reply.value as never;
    },
    told: <E extends EventChannel>(channel: E) =>
      events.filter((one) => one.channel === channel).map((one) => one.event as EventOf<E>),
    until: async (holds) => {
      for (let changed = next; !(await holds()); changed = next) await changed;
    },
    messages: async (peerId) =>
      (await window.ask('messages:getPage', { peerId, anchor: { kind: 'newest' }, limit: 200 })).messages,
    close: async () => {
      windows.delete(window);
      await main.stop();
    },
  };
  windows.add(window);
  return window;
}

/** For afterEach. */
export async function closeWindows(): Promise<void> {
  for (const window of windows) await window.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export const credentials = (url: string, username: string) => ({
  serverUrl: serverUrl(url),
  username,
  password: 'correct horse',
  staySignedIn: true,
  history: 'keychain' as const,
});
