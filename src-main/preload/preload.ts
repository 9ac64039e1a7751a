import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron';
import { eventChannels, requestChannels } from '../../src-shared/ipc/channels.ts';

/**
 * Puts `window.kith` before the page (type `Bridge` in src-shared/ipc/contract.ts): one function per request, one
 * subscription per event. The page never names a channel, and never sees Electron's own objects (safety §5.4).
 */
const unexpected = { ok: false, error: { code: 'unexpected' } } as const;

const ask =
  (channel: string) =>
  (request: unknown): Promise<unknown> =>
    // Main answers failures as values. A rejection means it refused us or is going down.
    ipcRenderer.invoke(channel, request).catch(() => unexpected);

const subscribe =
  (channel: string) =>
  (listener: (event: unknown) => void): (() => void) => {
    const forward = (_electronEvent: IpcRendererEvent, event: unknown): void => listener(event);
    ipcRenderer.on(channel, forward);
    return () => void ipcRenderer.removeListener(channel, forward);
  };

const named = <T>(channels: readonly string[], make: (channel: string) => T): Readonly<Record<string, T>> =>
  Object.freeze(Object.fromEntries(channels.map((channel) => [channel, make(channel)])));

/** A `File` of the disk goes as its path, one that a page made as its bytes: the page itself never names a path (T30). */
async function withoutFiles(request: unknown): Promise<unknown> {
  const { peerId, files } = request as { peerId: unknown; files: readonly unknown[] };
  const passable = files.map(async (file) => {
    if (!isFile(file)) return onlyBytes(file);
    const path = webUtils.getPathForFile(file);
    return path === '' ? { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) } : { path };
  });
  return { peerId, files: await Promise.all(passable) };
}

/** Said once more: older Electrons have a `File` of their own making. */
const isFile = (value: unknown): value is File => value instanceof File;

function onlyBytes(file: unknown): unknown {
  const { name, bytes } = file as { name: unknown; bytes: unknown };
  return { name, bytes };
}

contextBridge.exposeInMainWorld(
  'kith',
  Object.freeze({
    ...named(requestChannels, ask),
    'attachments:stage': (request: unknown): Promise<unknown> =>
      withoutFiles(request).then(ask('attachments:stage'), () => unexpected),
    on: named(eventChannels, subscribe),
  }),
);
