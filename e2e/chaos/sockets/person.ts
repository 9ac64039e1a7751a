import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock } from '../../../src-main/ports.ts';
import { credentials, openWindow } from '../../../src-main/testing/main-rig.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import type { UserId } from '../../../src-shared/kernel/ids.ts';
import { createChaosProxy, type ChaosProxy } from '../proxy.ts';

/** The whole program of one person, without Electron: core, real store process, real sockets, through a proxy. */
export type ChaosPerson = {
  readonly name: string;
  readonly id: UserId;
  readonly proxy: ChaosProxy;
  /** What the program took, in order. */
  readonly written: readonly string[];
  readonly add: (peerId: UserId) => Promise<void>;
  readonly write: (peerId: UserId, text: string) => Promise<void>;
  readonly rows: (peerId: UserId) => Promise<MessageView[]>;
  readonly isConnected: () => boolean;
  /** As a click on "Try now". */
  readonly retryNow: () => Promise<void>;
  readonly close: () => Promise<void>;
};

const pageSize = 200;

/** Registers somebody new, connected. @param speed how much faster than real its clock runs. */
export async function openPerson(
  storeFile: string,
  serverPort: number,
  name: string,
  speed: number,
): Promise<ChaosPerson> {
  const proxy = await createChaosProxy({ targetPort: serverPort });
  const folder = mkdtempSync(path.join(tmpdir(), 'kith-chaos-'));
  const { clock, hurry } = createHurryingClock(speed);
  const window = await openWindow(storeFile, { folder, clock });
  const written: string[] = [];
  const isConnected = (): boolean => window.told('connection:changed').at(-1)?.phase === 'connected';
  const url = `ws://127.0.0.1:${proxy.port}`;
  const { userId } = await window.ask('session:register', { ...credentials(url, name), email: '' });
  await window.until(isConnected);
  hurry();
  return {
    name,
    id: userId,
    proxy,
    written,
    isConnected,
    add: async (peerId) => void (await window.ask('contacts:add', { userId: peerId })),
    write: async (peerId, text) => {
      await window.ask('messages:sendText', { commandId: randomUUID(), peerId, text });
      written.push(text);
    },
    rows: async (peerId) => {
      const rows: MessageView[] = [];
      for (;;) {
        const [first] = rows;
        const anchor =
          first === undefined ? ({ kind: 'newest' } as const) : ({ kind: 'before', position: first.position } as const);
        const page = await window.ask('messages:getPage', { peerId, anchor, limit: pageSize });
        rows.unshift(...page.messages);
        if (!page.hasOlder || page.messages.length === 0) return rows;
      }
    },
    retryNow: async () => void (await window.ask('connection:retryNow', {})),
    close: async () => {
      await window.close();
      await proxy.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A real clock until it is told to hurry: a password takes its time, however fast the clock. */
function createHurryingClock(speed: number): { readonly clock: Clock; readonly hurry: () => void } {
  let current = 1;
  const epochMs = Date.now();
  let sinceMs = performance.now();
  let elapsedMs = 0;
  const monotonicMs = (): number => elapsedMs + (performance.now() - sinceMs) * current;
  return {
    clock: {
      nowMs: () => Math.floor(epochMs + monotonicMs()),
      monotonicMs,
      setTimer: (delayMs, callback) => {
        const timer = setTimeout(callback, delayMs / current);
        return () => clearTimeout(timer);
      },
    },
    hurry: () => {
      elapsedMs = monotonicMs();
      sinceMs = performance.now();
      current = speed;
    },
  };
}

/** Asks again and again until it holds. @returns whether it did in this time. */
export async function waitUntil(timeoutMs: number, holds: () => boolean | Promise<boolean>): Promise<boolean> {
  const endMs = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > endMs) return false;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return true;
}
