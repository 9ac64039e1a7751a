import path from 'node:path';
import { expect, type Page } from '@playwright/test';
import { launchKith } from '../fixtures/launch.ts';
import { signUp } from '../fixtures/people.ts';
import { startServer } from '../fixtures/server.ts';
import { MainPage } from '../pages/main-page.ts';
import type { Bridge } from '../../src-shared/ipc/contract.ts';
import { median, quantile, type Figure } from './table.ts';
import { measureEcho } from './ws-echo.ts';

const warmUps = 30;
const rounds = 300;
const queued = 1_000;

type Round = { readonly paintedMs: number; readonly sentMs: number };

/** P7: Enter → own bubble painted, Enter → the server's ack shown, and the draining of a thousand queued messages. */
export async function benchText(dir: string): Promise<Figure[]> {
  const echoMs = await measureEcho(2_000);
  const serverDir = path.join(dir, 'server');
  let server = await startServer(serverDir);
  const bo = await launchKith(dir, 'bo');
  await signUp(bo, server.url, 'Bo');
  const boId = await new MainPage(bo.page).myId();
  await bo.close();
  const window = await launchKith(dir, 'ann');
  await signUp(window, server.url, 'Ann');
  const ann = new MainPage(window.page);
  await ann.addContact(boId);
  await ann.openContact('Bo');

  const timed: Round[] = [];
  for (let i = 0; i < warmUps + rounds; i += 1) {
    const measured = await timeOne(ann, `message number ${i}`);
    if (i >= warmUps) timed.push(measured);
  }
  await server.stop();
  await expect(ann.status).not.toHaveText('Connected');
  await queueMessages(window.page, Number(boId));
  const drained = drainMs(window.page);
  server = await startServer(serverDir, server.port);
  const drainedMs = await drained;
  await window.close();
  await server.stop();

  const sent = timed.map((round) => round.sentMs);
  const painted = timed.map((round) => round.paintedMs);
  const echo = { what: 'bare ws echo', value: echoMs };
  const figure = (what: string, ours: number, reference: Figure['reference'], limitMs: number | null): Figure => ({
    id: 'P7',
    what,
    ours,
    unit: 'ms',
    reference,
    aim: limitMs === null ? null : { target: `≤ ${limitMs} ms`, isMet: ours <= limitMs },
  });
  return [
    figure('Enter → ack shown, median', median(sent), echo, 4),
    figure('Enter → ack shown, p95', quantile(sent, 0.95), echo, null),
    figure('Enter → own bubble painted, p95', quantile(painted, 0.95), null, 16),
    figure(`${queued} queued messages drained`, drainedMs, null, 1_500),
  ];
}

/** Types a text and presses Enter; the page's own clock takes the times. */
async function timeOne(person: MainPage, text: string): Promise<Round> {
  await person.composer.fill(text);
  const measured = person.page.evaluate(
    (wanted) =>
      new Promise<{ paintedMs: number; sentMs: number }>((resolve) => {
        let startMs = 0;
        let paintedMs = 0;
        document.addEventListener('keydown', () => (startMs = performance.now()), { capture: true, once: true });
        const observer = new MutationObserver(() => {
          const bubble = [...document.querySelectorAll('article[data-state]')].findLast((one) =>
            one.textContent.includes(wanted),
          );
          if (bubble === undefined) return;
          if (paintedMs === 0) {
            paintedMs = -1;
            requestAnimationFrame(() => {
              const channel = new MessageChannel();
              channel.port1.addEventListener('message', () => {
                paintedMs = performance.now() - startMs;
              });
              channel.port1.start();
              channel.port2.postMessage(null);
            });
          }
          if (bubble.getAttribute('data-state') !== 'sent') return;
          const sentMs = performance.now() - startMs;
          observer.disconnect();
          const wait = (): unknown => (paintedMs > 0 ? resolve({ paintedMs, sentMs }) : setTimeout(wait, 1));
          wait();
        });
        observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
      }),
    text,
  );
  await person.composer.press('Enter');
  return measured;
}

/** Commits the messages while offline. */
function queueMessages(page: Page, peerId: number): Promise<void> {
  return page.evaluate(
    async ({ peerId: to, total }) => {
      const { kith } = window as unknown as { kith: Bridge };
      for (let i = 0; i < total; i += 1) {
        const request = { commandId: crypto.randomUUID(), peerId: to, text: `queued ${i}` };
        const reply = await kith['messages:sendText'](request);
        if (!reply.ok) throw new Error(reply.error.code);
      }
    },
    { peerId, total: queued },
  );
}

/** Resolves with the time from the connection's return to the ack of the last queued message shown. */
function drainMs(page: Page): Promise<number> {
  return page.evaluate(
    (total) =>
      new Promise<number>((resolve) => {
        const { kith } = window as unknown as { kith: Bridge };
        const sent = new Set<number>();
        let connectedAtMs = 0;
        kith.on['connection:changed']((view) => {
          if (view.phase === 'connected') connectedAtMs = performance.now();
        });
        kith.on['messages:upserted']((messages) => {
          for (const message of messages) if (message.state === 'sent') sent.add(message.rowId);
          if (sent.size >= total) resolve(performance.now() - connectedAtMs);
        });
      }),
    queued,
  );
}
