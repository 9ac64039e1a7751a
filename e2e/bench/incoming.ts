import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { launchKith, type Window } from '../fixtures/launch.ts';
import { seedProfile } from '../fixtures/seeded-profile.ts';
import type { PlannedPeer } from '../fixtures/history-plan.ts';
import { MainPage } from '../pages/main-page.ts';
import type { Bridge } from '../../src-shared/ipc/contract.ts';
import { watchFor } from './in-page.ts';
import { nextMessage, startScriptedServer, type ScriptedServer } from './scripted-server.ts';
import { median, quantile, type Figure } from './table.ts';
import { measureEcho } from './ws-echo.ts';

const rounds = 60;
const pauseMs = 120;
/** Ids of messages that come in during the bench: none of the seeded ones is so large. */
const firstNewId = 1_500_000_000;

type Scene = { readonly server: ScriptedServer; readonly window: Window; readonly peer: PlannedPeer };

/** P4: one incoming message into a conversation of 100,000 that is open, from the server's write to the paint. */
export function benchIncoming(dir: string): Promise<Figure[]> {
  return onScene(dir, 'Person 001', async ({ server, window, peer }) => {
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const text = `incoming ${round}.`;
      const watch = await watchFor(window.page, text);
      await wait(pauseMs);
      const sentAtMs = server.push(nextMessage(peer.userId, firstNewId + round, text));
      times.push((await watch.paintedAtMs()) - sentAtMs);
    }
    const echo = { what: 'bare ws echo', value: await measureEcho(1_000) };
    const figure = (what: string, ours: number, limitMs: number | null): Figure => ({
      id: 'P4',
      what,
      ours,
      unit: 'ms',
      reference: echo,
      aim: limitMs === null ? null : { target: `≤ ${limitMs} ms`, isMet: ours <= limitMs },
    });
    return [
      figure('server send → painted in 100,000, median', median(times), 25),
      figure('server send → painted in 100,000, p95', quantile(times, 0.95), null),
    ];
  });
}

/** P5: a thousand and ten thousand at once into a conversation of 10,000 that is open. */
export function benchBurst(dir: string): Promise<Figure[]> {
  return onScene(dir, 'Person 003', async (scene) => {
    const figures: Figure[] = [];
    let nextId = firstNewId;
    for (const [count, limitMs] of [
      [1_000, 1_500],
      [10_000, 8_000],
    ] as const) {
      const { tookMs, longestTaskMs, storedCount } = await burst(scene, nextId, count);
      if (storedCount !== count) throw new Error(`${storedCount} of ${count} are stored`);
      nextId += count;
      const figure = (what: string, ours: number, limit: number): Figure => ({
        id: 'P5',
        what,
        ours,
        unit: 'ms',
        reference: null,
        aim: { target: `≤ ${limit} ms`, isMet: ours <= limit },
      });
      figures.push(figure(`${count} incoming: first send → all stored, last painted`, tookMs, limitMs));
      figures.push(figure(`${count} incoming: longest task of the window`, longestTaskMs, 50));
    }
    return figures;
  });
}

type Burst = { readonly tookMs: number; readonly longestTaskMs: number; readonly storedCount: number };

async function burst({ server, window, peer }: Scene, firstId: number, count: number): Promise<Burst> {
  const { page } = window;
  const messages = Array.from({ length: count }, (_, index) =>
    nextMessage(peer.userId, firstId + index, `burst ${firstId + index}.`),
  );
  const tasks = await page.evaluateHandle(() => {
    const seen = { longestMs: 0 };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.longestMs = Math.max(seen.longestMs, entry.duration);
    }).observe({ type: 'longtask' });
    return seen;
  });
  const watch = await watchFor(page, `burst ${firstId + count - 1}.`);
  let startMs = Infinity;
  for (const message of messages) startMs = Math.min(startMs, server.push(message));
  const tookMs = (await watch.paintedAtMs()) - startMs;
  const longestTaskMs = await tasks.evaluate(({ longestMs }) => longestMs);
  return { tookMs, longestTaskMs, storedCount: await countStored(page, peer.userId, firstId, count) };
}

/** How many of these ids the store has, each once. */
function countStored(page: Page, peerId: number, firstId: number, count: number): Promise<number> {
  return page.evaluate(
    async ({ peerId: peer, firstId: first, count: total }) => {
      const { kith } = window as unknown as { kith: Bridge };
      const ids: number[] = [];
      let position = Number.MAX_SAFE_INTEGER;
      while (ids.length < total) {
        const page = await kith['messages:getPage']({ peerId: peer, anchor: { kind: 'before', position }, limit: 200 });
        const oldest = page.ok ? page.value.messages[0] : undefined;
        if (!page.ok || oldest === undefined) break;
        ids.push(...page.value.messages.map((message) => message.messageId as number));
        ({ position } = oldest);
      }
      const isNew = (id: number): boolean => id >= first && id < first + total;
      return new Set(ids.filter(isNew)).size;
    },
    { peerId, firstId, count },
  );
}

/** A window that is connected, has caught up and shows the conversation with this person at its end. */
async function onScene(dir: string, name: string, measure: (scene: Scene) => Promise<Figure[]>): Promise<Figure[]> {
  const server = await startScriptedServer();
  try {
    const seeded = await seedProfile(dir, 'ann', server.url);
    server.load(seeded);
    const peer = seeded.peers.find(({ username }) => username === name);
    if (peer === undefined) throw new Error(`nobody is called ${name}`);
    const window = await launchKith(dir, 'ann');
    try {
      const main = new MainPage(window.page);
      await main.openChat(name);
      await main.message(`last of ${name}`).waitFor();
      await server.caughtUp();
      await wait(2_000);
      return await measure({ server, window, peer });
    } finally {
      await window.close();
    }
  } finally {
    await server.stop();
  }
}
