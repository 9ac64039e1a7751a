import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Bridge } from '../../src-shared/ipc/contract.ts';
import type { MessageView } from '../../src-shared/ipc/views.ts';
import { register, type Person } from '../../src-server/testing/client.ts';
import { sendFile } from '../../src-server/testing/upload.ts';
import { launchKith, type Window } from '../fixtures/launch.ts';
import { signUp } from '../fixtures/people.ts';
import { startServer } from '../fixtures/server.ts';
import type { MainPage } from '../pages/main-page.ts';
import { withoutRecording } from './inspector.ts';
import { median, quantile, type BenchOptions, type Figure } from './table.ts';
import { watchWindow, type Costs } from './window-watch.ts';

const fileBytes = 50_000_000;
const imageBytes = 5_000_000;
/** As a phone takes them. */
const imageSize = { width: 4_032, height: 3_024 };
const maxRiseMb = 64;
const maxTaskMs = 50;
const maxThumbMs = 100;
const courseParts = 24;
const patienceMs = 120_000;

const figure = (what: string, ours: number, unit: string, limit: number | null): Figure => ({
  id: 'P9',
  what,
  ours,
  unit,
  reference: null,
  aim: limit === null ? null : { target: `≤ ${limit} ${unit}`, isMet: ours <= limit },
});

/** P9: a file of 50 MB is received and saved; images of 5 MB are shown in one conversation. */
export async function benchReceive(dir: string, { imageCount }: BenchOptions): Promise<Figure[]> {
  const photograph = await takePhotograph(dir);
  const recordAgain = withoutRecording();
  const server = await startServer(path.join(dir, 'server'));
  const window = await launchKith(dir, 'ann');
  try {
    const ann = await signUp(window, server.url, 'Ann');
    const me = Number(await ann.myId());
    const bo = await register(server.url, 'Bo');
    await ann.addContact(String(bo.id));
    await ann.openContact('Bo');
    await deliver(bo, me, randomBytes(fileBytes), 'large.bin', 'file');
    await ann.message('large.bin').waitFor();
    const saved = await benchSaving(dir, window, ann);

    // Nobody looks at them while they come.
    await ann.addContact(String((await register(server.url, 'Cleo')).id));
    await ann.openContact('Cleo');
    for (let at = 0; at < imageCount; at += 1) {
      // Behind its end an image may have anything: each is another one.
      const bytes = Buffer.concat([photograph, randomBytes(16)]);
      await deliver(bo, me, bytes, `photo ${at}.jpg`, 'image');
    }
    await wait(3_000);
    return [...saved, ...(await benchImages(window, ann, bo.id, imageCount))];
  } finally {
    recordAgain();
    await window.close();
    await server.stop();
  }
}

async function benchSaving(dir: string, window: Window, ann: MainPage): Promise<Figure[]> {
  const target = path.join(dir, 'saved.bin');
  await window.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
  }, target);
  const watch = await watchWindow(window);
  await ann.message('large.bin').click({ button: 'right' });
  const startedAtMs = performance.now();
  await window.page.getByRole('menuitem', { name: 'Save as…' }).click();
  while (statSync(target, { throwIfNoEntry: false })?.size !== fileBytes) {
    if (performance.now() - startedAtMs > patienceMs) throw new Error('the file did not come');
    await wait(5);
  }
  const tookMs = performance.now() - startedAtMs;
  return [
    figure('50 MB: fetched, checked, kept and saved', fileBytes / 2 ** 20 / (tookMs / 1_000), 'MiB/s', null),
    ...costFigures('50 MB', await watch()),
  ];
}

async function benchImages(window: Window, ann: MainPage, peerId: number, imageCount: number): Promise<Figure[]> {
  const thumbs = await window.page.evaluateHandle(watchWorkers);
  const watch = await watchWindow(window);
  const startedAtMs = performance.now();
  await ann.openChat('Bo');
  // It opens at the first one that was not seen; each comes into view once.
  for (;;) {
    const shown = await shownCount(window, peerId);
    if (shown >= imageCount) break;
    if (performance.now() - startedAtMs > patienceMs) throw new Error(`${shown} of ${imageCount} images are shown`);
    await ann.messages.evaluate((log) => {
      const view = log.getBoundingClientRect();
      const isInView = ({ top, bottom }: DOMRect): boolean => bottom > view.top && top < view.bottom;
      const pictures = [...log.querySelectorAll('.picture')].filter((one) => isInView(one.getBoundingClientRect()));
      // Whoever looks on before something is there never sees it.
      if (!pictures.every((one) => one.querySelector('canvas[data-source]') !== null)) return;
      const before = log.scrollTop;
      log.scrollBy(0, 500);
      if (log.scrollTop === before) log.scrollTo(0, 0);
    });
    await wait(50);
  }
  const tookMs = performance.now() - startedAtMs;
  const drawnMs = await thumbs.evaluate((watched) => watched.drawnMs);
  return [
    figure(`${imageCount} images of 5 MB: opened → all fetched and shown small`, tookMs / 1_000, 's', null),
    figure('a small copy, off the main threads, median', median(drawnMs), 'ms', maxThumbMs),
    figure('a small copy, off the main threads, p95', quantile(drawnMs, 0.95), 'ms', null),
    ...costFigures(`${imageCount} images`, await watch()),
  ];
}

/** How many images of this conversation have their small copy. */
function shownCount({ page }: Window, peerId: number): Promise<number> {
  return page.evaluate(async (peer) => {
    const { kith } = window as unknown as { kith: Bridge };
    const reply = await kith['messages:listMedia']({ peerId: peer, kind: 'image', before: null, limit: 200 });
    const messages: readonly MessageView[] = reply.ok ? reply.value.messages : [];
    return messages.filter(({ attachment }) => attachment?.thumbId != null).length;
  }, peerId);
}

/** Runs in the page: notes how long its workers take for each thing that they are asked. */
function watchWorkers(): { readonly drawnMs: number[] } {
  const drawnMs: number[] = [];
  const asked = new Map<number, number>();
  const watched = new WeakSet<Worker>();
  // oxlint-disable-next-line typescript/unbound-method -- it is called with its worker
  const ask = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function post(this: Worker, ...request: unknown[]): void {
    const { id } = request[0] as { id: number };
    asked.set(id, performance.now());
    if (!watched.has(this)) {
      watched.add(this);
      this.addEventListener('message', ({ data }: MessageEvent<{ id: number }>) =>
        drawnMs.push(performance.now() - (asked.get(data.id) ?? performance.now())),
      );
    }
    Reflect.apply(ask, this, request);
  };
  return { drawnMs };
}

function costFigures(what: string, { main, page, pageAlone, longestTaskMs, delayP99Ms }: Costs): Figure[] {
  for (const [who, riseMb] of Object.entries({ main, 'the window': page, 'the window alone': pageAlone }))
    console.log(`P9  ${what}: memory of ${who} over time, MB above before: ${courseOf(riseMb)}`);
  return [
    figure(`${what}: memory of main, most above before`, Math.max(...main), 'MB', maxRiseMb),
    figure(`${what}: memory of the window, most above before`, Math.max(...page), 'MB', maxRiseMb),
    figure(`${what}: of it shared with nobody, most above before`, Math.max(...pageAlone), 'MB', null),
    figure(`${what}: longest task of the window`, longestTaskMs, 'ms', maxTaskMs),
    figure(`${what}: main's event loop late, p99`, delayP99Ms, 'ms', maxTaskMs),
  ];
}

/** The most in each of so many equal parts of the time. */
function courseOf(values: readonly number[]): string {
  const length = Math.ceil(values.length / courseParts);
  const parts = Array.from({ length: Math.ceil(values.length / length) }, (_, at) =>
    Math.max(...values.slice(at * length, (at + 1) * length)),
  );
  return parts.map((most) => most.toFixed(0)).join(' ');
}

async function deliver(from: Person, to: number, bytes: Uint8Array, name: string, as: 'file' | 'image'): Promise<void> {
  const messageId = sendFile(from, to, bytes, { name, as });
  await from.next('MESSAGE_RECEIVED_SELF', (payload) => payload.messageId === messageId);
}

/** A JPEG of that size and, nearly, of so many bytes: noise over slopes, as a photograph of leaves. */
async function takePhotograph(dir: string): Promise<Buffer> {
  const darkroom = await launchKith(dir, 'darkroom', {
    program: path.join(import.meta.dirname, 'programs/idle-window.mjs'),
  });
  try {
    const data = await darkroom.page.evaluate(
      async ({ width, height, wanted }) => {
        const canvas = new OffscreenCanvas(width, height);
        const context = canvas.getContext('2d');
        if (context === null) throw new Error('no canvas');
        const image = context.createImageData(width, height);
        for (let at = 0; at < image.data.length; at += 4) {
          const slope = (at / 4 / width / height) * 128;
          image.data.set([slope + Math.random() * 60, slope + Math.random() * 60, 90 + Math.random() * 60, 255], at);
        }
        context.putImageData(image, 0, 0);
        let best = new Blob();
        for (let quality = 0.9; quality > 0.1; quality -= 0.05) {
          best = await canvas.convertToBlob({ type: 'image/jpeg', quality });
          if (best.size <= wanted) break;
        }
        const bytes = new Uint8Array(await best.arrayBuffer());
        let text = '';
        for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
        return btoa(text);
      },
      { ...imageSize, wanted: imageBytes },
    );
    const jpeg = Buffer.from(data, 'base64');
    return Buffer.concat([jpeg, Buffer.alloc(Math.max(0, imageBytes - 16 - jpeg.length))]);
  } finally {
    await darkroom.close();
  }
}
