import { createStoreService } from './store-service.ts';
import { createSystemClock } from '../platform/system-clock.ts';
import { createIdleWork } from './idle-work.ts';
import { loadedReadings, loadReadings } from './search/pinyin.ts';
import { parseStoreRequest, type StoreRequest } from './store-protocol.ts';

/**
 * The store's process: an Electron utility process in the app, a forked one in tests. It ends with the one who started
 * it; everything it has answered is committed by then.
 */

/** Electron's side of a utility process, as far as it is used here. */
type ParentPort = {
  on(event: 'message', take: (event: { readonly data: unknown }) => void): unknown;
  postMessage(message: unknown): void;
};
const parentPort = (process as { parentPort?: ParentPort }).parentPort;

const service = createStoreService(() => Date.now());

const idleWork = createIdleWork({ clock: createSystemClock(), step: service.step });

function take(message: unknown): void {
  const request = parseStoreRequest(message);
  if (request === null) return;
  const answerIt = (): void => answer(request);
  // Only a search by sound needs the dictionary: who starts the program does not wait for it.
  if (request.name === 'search' && loadedReadings() === null) loadReadings().then(answerIt, answerIt);
  else answerIt();
}

function answer(request: StoreRequest): void {
  const reply = service.answer(request);
  idleWork.postpone();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process, not a window
  if (parentPort !== undefined) parentPort.postMessage(reply);
  else process.send?.(reply);
}

if (parentPort !== undefined) parentPort.on('message', (event) => take(event.data));
else {
  process.on('message', take);
  process.on('disconnect', () => process.exit(0));
}
