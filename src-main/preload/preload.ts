import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron';
import { eventChannels, requestChannels } from '../../src-shared/ipc/channels.ts';
import { handOver } from './hand-over.ts';

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

async function withoutFiles(request: unknown): Promise<unknown> {
  const { peerId, files } = request as { peerId: unknown; files: readonly unknown[] };
  return {
    peerId,
    files: await Promise.all(files.map((file) => handOver(file, (one) => webUtils.getPathForFile(one)))),
  };
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
