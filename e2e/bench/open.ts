import path from 'node:path';
import type { Page } from '@playwright/test';
import { launchKith } from '../fixtures/launch.ts';
import { seedProfile } from '../fixtures/seeded-profile.ts';
import { startServer } from '../fixtures/server.ts';
import { MainPage } from '../pages/main-page.ts';
import { watchFor } from './in-page.ts';
import { median, quantile, type Figure } from './table.ts';

const rounds = 12;
/** More conversations than the window keeps loaded: each is read from the store each time. */
const between = ['Person 004', 'Person 005', 'Person 006', 'Person 007', 'Person 008', 'Person 009'];
const bubbleCount = 1_000;

/** P3: a click on a conversation of 100,000 messages until the last of them is painted, and on one of 1,000. */
export async function benchOpen(dir: string): Promise<Figure[]> {
  const server = await startServer(path.join(dir, 'server'));
  await seedProfile(dir, 'ann', server.url);
  await server.stop();
  const window = await launchKith(dir, 'ann');
  try {
    const main = new MainPage(window.page);
    await main.chats.waitFor();
    const long: number[] = [];
    const short: number[] = [];
    let nodeCount = 0;
    for (let round = 0; round <= rounds; round += 1) {
      const longMs = await open(main, 'Person 001');
      nodeCount = Math.max(nodeCount, await window.page.locator('css=*').count());
      const shortMs = await open(main, 'Person 002');
      for (const name of between) await open(main, name);
      // The first round warms up.
      if (round === 0) continue;
      long.push(longMs);
      short.push(shortMs);
    }
    const plainMs = await paintPlainList(window.page, bubbleCount);
    const same = median(long) / median(short);
    const plain = { what: `plain DOM list of ${bubbleCount}`, value: plainMs };
    const figure = (
      what: string,
      ours: number,
      reference: Figure['reference'],
      limit: number | null,
      unit = 'ms',
    ): Figure => ({
      id: 'P3',
      what,
      ours,
      unit,
      reference,
      aim: limit === null ? null : { target: `≤ ${limit} ${unit}`, isMet: ours <= limit },
    });
    return [
      figure('click → last of 100,000 painted, median', median(long), plain, 60),
      figure('click → last of 100,000 painted, p95', quantile(long, 0.95), plain, 100),
      {
        ...figure('the same against 1,000 messages', median(long), { what: '1,000', value: median(short) }, null),
        aim: { target: '± 20 %', isMet: same >= 0.8 && same <= 1.2 },
      },
      figure('DOM nodes of the whole window', nodeCount, null, 1_500, 'nodes'),
    ];
  } finally {
    await window.close();
  }
}

/** From the click as the page is told of it. */
async function open(main: MainPage, name: string): Promise<number> {
  const { page } = main;
  const row = main.chats.getByRole('listitem').filter({ hasText: name });
  await row.scrollIntoViewIfNeeded();
  const clicked = await page.evaluateHandle(() => ({
    atMs: new Promise<number>((resolve) => {
      const take = (event: Event): void => resolve(performance.timeOrigin + event.timeStamp);
      document.addEventListener('click', take, { capture: true, once: true });
    }),
  }));
  const watch = await watchFor(page, `last of ${name}`);
  await row.click();
  return (await watch.paintedAtMs()) - (await clicked.evaluate(async ({ atMs }) => atMs));
}

/** What the least work costs: so many bubbles of one text each, put in at once, until they are painted. */
function paintPlainList(page: Page, count: number): Promise<number> {
  return page.evaluate(
    (total) =>
      new Promise<number>((resolve) => {
        const startMs = performance.now();
        const list = document.createElement('div');
        list.className = 'log-list';
        for (let i = 0; i < total; i += 1) {
          const line = list.appendChild(document.createElement('article'));
          line.className = 'message theirs';
          const bubble = line.appendChild(document.createElement('div'));
          bubble.className = 'bubble';
          bubble.textContent = `A message of one line (${i})`;
        }
        document.querySelector('.conversation')?.append(list);
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.addEventListener('message', () => {
            resolve(performance.now() - startMs);
            list.remove();
          });
          channel.port1.start();
          channel.port2.postMessage(null);
        });
      }),
    count,
  );
}
