import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TrayView } from '../../../src-shared/ipc/attachment-views.ts';
import { commandId, userId, type StagedId, type UserId } from '../../../src-shared/kernel/ids.ts';
import type { Result } from '../../../src-shared/kernel/result.ts';
import { createFakeClock } from '../../connection/testing/fake-clock.ts';
import type { BlobStore } from '../../files/blob-store.ts';
import { createBlobRig, readAll } from '../../files/testing/blob-rig.ts';
import { freshMessageIds } from '../../messages/outbox-queue.ts';
import { createSystemRandom } from '../../platform/system-random.ts';
import type { StagedRow } from '../../store/operations.ts';
import { createAsyncStore } from '../../testing/async-store.ts';
import { createTray, type Tray } from '../tray.ts';

export const anna = userId(2);
export const ben = userId(3);

/** A tray on a real database, real blobs and real files in a folder of its own. */
export async function createTrayRig() {
  const blobRig = createBlobRig();
  const files = path.join(blobRig.root, 'files');
  mkdirSync(files);
  const clock = createFakeClock();
  const random = createSystemRandom();
  const store = createAsyncStore();
  await store.store.open({ path: null, key: null, self: userId(1) });
  const told: TrayView[] = [];
  const limit = { bytes: 100_000_000 };
  let lastCommand = 0;
  let blobs = await blobRig.open();
  /** Runs before a file is committed as a message. */
  const hooks: { beforeCommit: (peerId: UserId) => Promise<void> | void } = { beforeCommit: () => {} };

  const createTrayOn = (open: BlobStore): Tray =>
    createTray({
      store: store.store,
      blobs: open,
      clock,
      random,
      publish: () => {},
      emit: (channel, event) => {
        if (channel === 'attachments:trayChanged') told.push(event as TrayView);
      },
      maxFileBytes: () => limit.bytes,
      outbox: {
        sendAttachment: async (input) => {
          await hooks.beforeCommit(input.peerId);
          const more = { messageIds: freshMessageIds(random), nowMs: clock.nowMs() };
          return (await store.store.enqueueAttachment({ ...input, ...more })).message;
        },
        sendText: async (input) =>
          (
            await store.store.enqueueText({
              ...input,
              messageIds: freshMessageIds(random),
              isSentAtOnce: false,
              nowMs: clock.nowMs(),
            })
          ).message,
      },
    });
  let tray = createTrayOn(blobs);

  const rig = {
    clock,
    store,
    told,
    limit,
    hooks,
    tray: () => tray,
    /** The program ends without a word and starts again on the same database and blobs. */
    restart: async (): Promise<void> => {
      blobs = await blobRig.open();
      tray = createTrayOn(blobs);
    },
    file: (name: string, content: string | Uint8Array = name): string => {
      const file = path.join(files, name);
      writeFileSync(file, content);
      return file;
    },
    stage: async (paths: readonly string[], peerId: UserId = anna): Promise<TrayView> =>
      (
        await tray.stage(
          peerId,
          paths.map((one) => ({ path: one })),
        )
      ).tray,
    send: async (stagedIds: readonly StagedId[], caption = '', peerId: UserId = anna) => {
      lastCommand += 1;
      const id = commandId(`00000000-0000-4000-8000-${String(lastCommand).padStart(12, '0')}`);
      return valueOf(await tray.send({ commandId: id, peerId, stagedIds: [...stagedIds], caption }));
    },
    rows: (peerId: UserId = anna): readonly StagedRow[] => store.look().listStaged({ peerId }),
    /** `kind name` of what is on its way, in order. */
    outbox: (): string[] =>
      store
        .look()
        .getOutbox({})
        .map(({ kind, text }) => `${kind} ${text}`),
    /** What will be uploaded, in order. */
    spooled: (): Promise<Uint8Array[]> =>
      Promise.all(
        store
          .look()
          .getOutbox({})
          .flatMap(({ attachment }) => (attachment === null ? [] : [readAll(blobs.read(attachment.blobId))])),
      ),
    blobs: () => blobs,
    remove: blobRig.remove,
  };
  return rig;
}
export type TrayRig = Awaited<ReturnType<typeof createTrayRig>>;

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

/** `name: problem` of each, in order; the name alone of what will go. */
export const saidOf = ({ staged }: TrayView): string[] =>
  staged.map(({ name, problem }) => (problem === null ? name : `${name}: ${problem}`));
export const idsOf = ({ staged }: TrayView): StagedId[] => staged.map(({ stagedId }) => stagedId);
