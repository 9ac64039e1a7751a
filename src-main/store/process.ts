import { createStoreService } from './store-service.ts';
import { createSystemClock } from '../platform/system-clock.ts';
import { lockStore } from './store-lock.ts';
import { createIdleWork } from './idle-work.ts';
import { loadedReadings, loadReadings } from './search/pinyin.ts';
import {
  parseStoreRequest,
  parseStoreSlice,
  type StoreProgress,
  type StoreReply,
  type StoreRequest,
} from './store-protocol.ts';

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

const clock = createSystemClock();
const service = createStoreService(clock.nowMs, lockStore, clock.monotonicMs);
const idleWork = createIdleWork({ clock, step: service.step });
let isTurnPlanned = false;

function take(message: unknown): void {
  const slice = parseStoreSlice(message);
  if (slice !== null) return service.takeSlice(slice);
  const request = parseStoreRequest(message);
  if (request === null) return;
  const answerIt = (): void => answer(request);
  // Only a search by sound needs the dictionary: who starts the program does not wait for it.
  if (request.name === 'search' && loadedReadings() === null) loadReadings().then(answerIt, answerIt);
  else answerIt();
}

function answer(request: StoreRequest): void {
  const reply = service.answer(request);
  if (reply !== null) say(reply);
  planTurn();
}

/** Turns take turns with requests: what has come in meanwhile is answered first. */
function planTurn(): void {
  idleWork.postpone();
  if (isTurnPlanned || !service.isBusy()) return;
  isTurnPlanned = true;
  setImmediate(() => {
    isTurnPlanned = false;
    for (const said of service.turn()) say(said);
    planTurn();
  });
}

function say(said: StoreReply | StoreProgress): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process, not a window
  if (parentPort !== undefined) parentPort.postMessage(said);
  else process.send?.(said);
}

if (parentPort !== undefined) parentPort.on('message', (event) => take(event.data));
else {
  process.on('message', take);
  process.on('disconnect', () => process.exit(0));
}
