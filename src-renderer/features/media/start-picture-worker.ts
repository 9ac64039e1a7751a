// oxlint-disable-next-line import/default -- the builder makes it
import workerUrl from './picture-worker.ts?worker&url';
import type { StartPictureWorker } from './picture-work.ts';

type TrustedTypes = {
  createPolicy: (
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ) => {
    createScriptURL: (url: string) => string;
  };
};

/** The one script that the page may start by its address (content policy: `trusted-types picture-worker`). */
const policy = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('picture-worker', {
  createScriptURL: (url) => {
    if (url !== workerUrl) throw new TypeError('not the picture worker');
    return url;
  },
});

/** Starts the worker that draws pictures. */
export const startPictureWorker: StartPictureWorker = (on) => {
  const worker = new Worker(policy?.createScriptURL(workerUrl) ?? workerUrl, { type: 'module' });
  worker.addEventListener('message', ({ data }) => on.reply(data));
  worker.addEventListener('error', on.failed);
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
    ask: (request) => worker.postMessage(request),
    end: () => worker.terminate(),
  };
};
