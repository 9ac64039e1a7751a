import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bridge } from '../../src-shared/ipc/contract.ts';
import { userId, type UserId } from '../../src-shared/kernel/ids.ts';
import { launchKith, type Window } from '../fixtures/launch.ts';
import { meet } from '../fixtures/people.ts';
import { allPids } from '../fixtures/processes.ts';
import { startServer } from '../fixtures/server.ts';
import { MainPage } from '../pages/main-page.ts';
import { readNumbers } from './options.ts';

/** Targets, "Nothing lost": started again within this time. */
const maxStartMs = 5_000;
const burst = 20;

type Page = Window['page'];
type Outcome = { readonly faults: string[]; readonly startMs: number[]; readonly acknowledged: number };

/**
 * Kills the whole program, every process of it at once, in the middle of a burst of messages and a draft, again and
 * again on the same profile (safety S7). Real Electron, real keyring, real server.
 */
async function killApp(loops: number): Promise<Outcome> {
  const dir = mkdtempSync(path.join(tmpdir(), 'kith-kill-app-'));
  const server = await startServer(path.join(dir, 'server'));
  const faults: string[] = [];
  const startMs: number[] = [];
  const acknowledged: string[] = [];
  const open: Window[] = [];
  const launch = async (profile: string): Promise<Window> => {
    const window = await launchKith(dir, profile);
    open.push(window);
    return window;
  };
  try {
    const { annWindow, boWindow, ann, bo } = await meet(launch, server.url);
    const boId = userId(Number(await bo.myId()));
    const annId = userId(Number(await ann.myId()));
    await ann.write('first');
    acknowledged.push('first');
    await boWindow.close();
    let window = annWindow;
    let main = ann;
    for (let loop = 1; loop <= loops; loop += 1) {
      const draft = `draft of round ${loop}`;
      await main.composer.fill(draft);
      await sleep(400);
      const sent = sendBurst(window.page, boId, loop);
      // Somewhere between the first and the last.
      await sleep(10 + ((loop * 37) % 150));
      const texts = await takeAcknowledged(window.page);
      for (const pid of await allPids(window)) kill(pid);
      await sent;
      acknowledged.push(...texts);

      const startedMs = performance.now();
      window = await launch('ann');
      main = new MainPage(window.page);
      await main.openChat('Bo');
      await main.composer.waitFor();
      await main.messages.getByRole('article').last().waitFor();
      startMs.push(performance.now() - startedMs);
      const there = await textsWith(window.page, boId);
      const lost = acknowledged.filter((text) => !there.includes(text));
      if (lost.length > 0) faults.push(`round ${loop}: acknowledged messages are gone: ${lost.join(', ')}`);
      if (new Set(there).size < there.length) faults.push(`round ${loop}: something is there twice`);
      // Sending empties the draft in the same transaction, so it is left only where nothing was sent.
      if (texts.length === 0 && !(await holds(main, draft))) faults.push(`round ${loop}: the draft is gone`);
    }
    const draft = 'the last draft';
    await main.composer.fill(draft);
    await sleep(400);
    for (const pid of await allPids(window)) kill(pid);
    window = await launch('ann');
    main = new MainPage(window.page);
    await main.openChat('Bo');
    if (!(await holds(main, draft))) faults.push('the last draft is gone');
    await untilAllSent(window.page, boId, faults);
    const mine = await textsWith(window.page, boId);
    const boAgain = await launch('bo');
    const other = new MainPage(boAgain.page);
    await other.openChat('Ann');
    // It opens where Bo stopped reading, so the last ones need not be on screen.
    let theirs = await textsWith(boAgain.page, annId);
    for (let second = 0; second < 20 && theirs.length < mine.length; second += 1) {
      await sleep(1_000);
      theirs = await textsWith(boAgain.page, annId);
    }
    if (JSON.stringify(theirs) !== JSON.stringify(mine)) faults.push('the two sides do not agree');
  } finally {
    for (const window of open) await window.close().catch(() => undefined);
    await server.stop();
    rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
  return { faults, startMs, acknowledged: acknowledged.length };
}

/** Whether the box says this, or does within a moment. */
async function holds(main: MainPage, text: string): Promise<boolean> {
  let found = '';
  for (let tries = 0; tries < 20; tries += 1) {
    found = await main.composer.inputValue();
    if (found === text) return true;
    await sleep(100);
  }
  console.log(`the box says ${JSON.stringify(found)}`);
  return false;
}

type Kith = { readonly kith: Bridge; acknowledged: string[] };

/** Sends without waiting, noting in the page what main has answered: that is on the disk. */
async function sendBurst(page: Page, peerId: UserId, loop: number): Promise<void> {
  await page
    .evaluate(
      async ({ peerId: to, texts }) => {
        const window = globalThis as unknown as Kith;
        window.acknowledged = [];
        const sends = texts.map(async (text) => {
          const sent = await window.kith['messages:sendText']({ commandId: crypto.randomUUID(), peerId: to, text });
          if (sent.ok) window.acknowledged.push(text);
        });
        await Promise.all(sends);
      },
      { peerId, texts: Array.from({ length: burst }, (_, index) => `round ${loop} message ${index + 1}`) },
    )
    // The page went with the program.
    .catch(() => undefined);
}

const takeAcknowledged = (page: Page): Promise<string[]> =>
  page.evaluate(() => (globalThis as unknown as Kith).acknowledged ?? []);

/** Every text of the conversation, oldest first. */
async function textsWith(page: Page, peerId: UserId): Promise<string[]> {
  return (await rowsWith(page, peerId)).map((row) => row.text);
}

async function rowsWith(page: Page, peerId: UserId): Promise<{ text: string; state: string }[]> {
  return page.evaluate(async (to) => {
    const { kith } = globalThis as unknown as Kith;
    const rows: { text: string; state: string }[] = [];
    let anchor: Parameters<Bridge['messages:getPage']>[0]['anchor'] = { kind: 'newest' };
    for (;;) {
      const reply = await kith['messages:getPage']({ peerId: to, anchor, limit: 200 });
      if (!reply.ok) throw new Error(reply.error.code);
      rows.unshift(...reply.value.messages.map(({ text, state }) => ({ text, state })));
      const first = reply.value.messages[0];
      if (!reply.value.hasOlder || first === undefined) return rows;
      anchor = { kind: 'before', position: first.position };
    }
  }, peerId);
}

async function untilAllSent(page: Page, peerId: UserId, faults: string[]): Promise<void> {
  for (let second = 0; second < 60; second += 1) {
    const waiting = (await rowsWith(page, peerId)).filter(({ state }) => state !== 'sent' && state !== 'read');
    if (waiting.length === 0) return;
    await sleep(1_000);
  }
  faults.push('after a minute some messages are not sent');
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone with another.
  }
}

/** `npm run chaos -- kill-app [--loops=10]`. Opens a desktop of its own for Electron. */
export async function run(args: string[]): Promise<number> {
  const options = readNumbers(args, { loops: 10 });
  if (options === null) return 2;
  if (process.env['ELECTRON_OVERRIDE_DIST_PATH'] === undefined) {
    const again = ['build/desktop.mjs', '--exec', 'node', 'build/run.mjs', 'e2e/chaos/kill-app.ts', ...args];
    return spawnSync(process.execPath, again, { stdio: 'inherit' }).status ?? 1;
  }
  const { faults, startMs, acknowledged } = await killApp(options.loops);
  const slowest = Math.max(...startMs);
  for (const fault of faults) console.log(fault);
  console.log(`${options.loops} × kill -9 of the whole program, ${acknowledged} acknowledged messages`);
  console.log(
    `faults ${faults.length}; started and showing the conversation in ${startMs.map(Math.round).join(', ')} ms`,
  );
  return faults.length === 0 && slowest <= maxStartMs ? 0 : 1;
}
