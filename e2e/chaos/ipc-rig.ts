import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { messageId, serverUrl, userId } from '../../src-shared/kernel/ids.ts';
import { appError } from '../../src-shared/kernel/app-error.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import { createFakeClock, type FakeClock } from '../../src-main/connection/testing/fake-clock.ts';
import { createMain, type Main } from '../../src-main/create-main.ts';
import type { ChildPort } from '../../src-main/ports.ts';
import { createSystemRandom } from '../../src-main/platform/system-random.ts';
import { createAsyncStore, type AsyncStore } from '../../src-main/testing/async-store.ts';
import { noNetwork } from '../../src-main/testing/no-network.ts';
import { createFakeLink, type FakeLink } from '../../src-main/testing/fake-link.ts';
import { createFakeVault } from '../../src-main/testing/fake-vault.ts';
import { createNoFileShell } from '../../src-main/testing/no-file-shell.ts';

export type IpcRig = {
  readonly main: Main;
  readonly clock: FakeClock;
  readonly store: AsyncStore;
  /** Everything that was done outside of main, as a number that only grows: sent, asked, told, opened, forked. */
  readonly deeds: () => number;
  /** Exceptions that got as far as the log. */
  readonly exceptions: string[];
  /** What is in the database, on the screen and in the settings. */
  readonly describe: () => Promise<string>;
  /** Signs in where nobody is. The next log-ins are refused. */
  readonly signIn: () => Promise<void>;
  /** Something that comes in cannot be kept: there is a notice then, and something to try again. */
  readonly makeTrouble: () => void;
  readonly remove: () => Promise<void>;
};

const account = { userId: userId(1), username: 'ann', email: '', avatar: '' };
const people = [2, 3, 4].map((id) => ({ userId: userId(id), username: `person ${id}`, online: true, avatar: '' }));
const incoming = {
  id: messageId(1),
  senderId: userId(2),
  receiverId: account.userId,
  content: 'not kept',
  timestampMs: null,
  status: 'sent',
  type: 'text',
} as const;
const credentials = {
  serverUrl: serverUrl('ws://here:1/'),
  username: 'ann',
  password: 'correct horse',
  staySignedIn: false,
  history: 'memory' as const,
};

/** Files that last no longer than the run: no disk has to sync them, and thousands of calls ask for that. */
const memoryFolder = '/dev/shm';

/** The whole main process over a real database in memory, at a server that answers at once. */
export async function createIpcRig(): Promise<IpcRig> {
  const folder = mkdtempSync(path.join(existsSync(memoryFolder) ? memoryFolder : os.tmpdir(), 'kith-ipc-'));
  const clock = createFakeClock();
  const store = createAsyncStore();
  const exceptions: string[] = [];
  let others = 0;
  let isWelcome = true;
  let last: FakeLink | null = null;

  function connect(): FakeLink {
    const fake = createFakeLink(clock);
    last = fake;
    fake.onSend = (frame) => {
      if (frame.kind === 'send-message') fake.say({ kind: 'message-acknowledged', messageId: frame.messageId });
    };
    fake.onRequest = (frame) => {
      if (frame.kind === 'load-contacts') return ok({ kind: 'contacts-loaded', contacts: people });
      if (frame.kind === 'load-messages') return ok({ kind: 'messages-loaded', messages: [], droppedRows: 0 });
      if (frame.kind === 'log-out') return ok({ kind: 'logged-out' });
      return err(appError('rejected', 'no'));
    };
    const { start, request, send, retry } = fake.link;
    return {
      ...fake,
      link: {
        ...fake.link,
        request: (frame) => {
          others += 1;
          return request(frame);
        },
        send: (frame) => {
          others += 1;
          return send(frame);
        },
        retry: () => {
          others += 1;
          retry();
        },
        start: (target) => {
          start(target);
          void (async () => {
            fake.setState({ phase: 'authenticating', epoch: 1 });
            const answer: Result<never> = isWelcome
              ? (ok({ kind: 'logged-in', account, token: 't' }) as never)
              : err(appError('rejected', 'no'));
            const outcome = await target.authenticate(() => Promise.resolve(answer));
            if (!outcome.ok) return fake.setState({ phase: 'refused', serverText: 'no' });
            fake.setState({ phase: 'catching-up', epoch: 1 });
            await target.catchUp();
            fake.ready();
          })();
        },
      },
    };
  }

  const main = await createMain({
    clock,
    random: createSystemRandom(),
    log: (event, facts) => {
      const isFault = ['handler-failed', 'background-work-failed', 'link.listener-threw'].includes(event);
      if (isFault) exceptions.push(`${event} ${JSON.stringify(facts)}`);
    },
    vault: createFakeVault(),
    store: store.store,
    fork: () => {
      others += 1;
      return createServerChild();
    },
    createLink: () => connect().link,
    httpGet: (request) => {
      others += 1;
      return noNetwork(request);
    },
    probe: () => {
      others += 1;
      return Promise.resolve(err(appError('not-kith')));
    },
    storageDir: folder,
    hostingDir: path.join(folder, 'hosting'),
    systemLocale: () => 'en',
    platform: 'linux',
    profile: 'test',
    isRoot: false,
    openExternal: async () => void (others += 1),
    fileShell: createNoFileShell(folder),
    emit: () => void (others += 1),
    isFocused: () => true,
    isScreenLocked: () => false,
    onQuitAnswer: () => void (others += 1),
  });

  return {
    main,
    clock,
    store,
    deeds: () => others + store.calls.length,
    exceptions,
    describe: async () => {
      const conversations = store.look().getOverview({});
      const pages = conversations.conversations.map(({ peerId }) =>
        store.look().getPage({ peerId, anchor: { kind: 'newest' }, limit: 200 }),
      );
      return JSON.stringify([conversations, pages, store.look().getOutbox({}), main.settings()]);
    },
    signIn: async () => {
      isWelcome = true;
      await main.router.handle('session:logIn', credentials);
      isWelcome = false;
    },
    makeTrouble: () => {
      store.fail('applyPushed', 'store-unavailable');
      last?.say({ kind: 'message-received', message: incoming });
    },
    remove: async () => {
      await main.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A built-in server that starts and stops at once. */
function createServerChild(): ChildPort {
  let say = (_message: unknown): void => {};
  const exits: ((code: number) => void)[] = [];
  return {
    send: (message) => {
      const { kind } = message as { kind: string };
      if (kind === 'start') queueMicrotask(() => say({ kind: 'started', url: 'ws://127.0.0.1:14514' }));
      else for (const exit of exits) queueMicrotask(() => exit(0));
    },
    onMessage: (listener) => {
      say = listener;
    },
    onExit: (listener) => void exits.push(listener),
    kill: () => {},
  };
}
