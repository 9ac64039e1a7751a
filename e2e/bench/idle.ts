import { readFileSync } from 'node:fs';
import path from 'node:path';
import { launchKith, type Window } from '../fixtures/launch.ts';
import { allPids } from '../fixtures/processes.ts';
import { seedProfile } from '../fixtures/seeded-profile.ts';
import { startServer } from '../fixtures/server.ts';
import { MainPage } from '../pages/main-page.ts';
import type { BenchOptions, Figure } from './table.ts';

const maxMemoryRatio = 1.4;
const maxGrowthMb = 20;
const maxCpuPercent = 0.5;
/** Of a clock tick in /proc, on every Linux that we know. */
const tickMs = 10;

type Idle = { readonly memoryMb: number; readonly cpuPercent: number };

/** P2: memory and processor time of all processes while nobody does anything, beside a window with nothing in it. */
export async function benchIdle(dir: string, { idleMs }: BenchOptions): Promise<Figure[]> {
  const server = await startServer(path.join(dir, 'server'));
  await seedProfile(dir, 'ann', server.url);
  await server.stop();

  const bareWindow = await launchKith(dir, 'bare', {
    program: path.join(import.meta.dirname, 'programs/idle-window.mjs'),
  });
  await bareWindow.page.getByRole('heading').waitFor();
  const bare = await measureIdle(bareWindow, idleMs);
  await bareWindow.close();

  const window = await launchKith(dir, 'ann');
  const main = new MainPage(window.page);
  await main.openChat('Person 001');
  await main.message('last of Person 001').waitFor();
  const ours = await measureIdle(window, idleMs);
  const beforeMb = await lastingMemoryMb(window);
  const openedCount = await openEveryone(main);
  const growthMb = (await lastingMemoryMb(window)) - beforeMb;
  await window.close();

  const figure = (what: string, value: number, unit: string, reference: number | null, limit: number): Figure => ({
    id: 'P2',
    what,
    ours: value,
    unit,
    reference: reference === null ? null : { what: 'bare window', value: reference },
    aim: { target: `≤ ${limit} ${unit}`, isMet: value <= limit },
  });
  const seconds = `${idleMs / 1_000} s idle`;
  return [
    {
      ...figure(`memory of all processes (PSS), ${seconds}`, ours.memoryMb, 'MB', bare.memoryMb, 0),
      aim: { target: `≤ ${maxMemoryRatio} ×`, isMet: ours.memoryMb <= bare.memoryMb * maxMemoryRatio },
    },
    figure(`more that stays after opening ${openedCount} conversations`, growthMb, 'MB', null, maxGrowthMb),
    figure(`processor of one core, ${seconds}, server away`, ours.cpuPercent, '%', null, maxCpuPercent),
  ];
}

async function openEveryone(main: MainPage): Promise<number> {
  await main.page.getByRole('tab', { name: 'Contacts' }).click();
  const rows = main.contacts.getByRole('listitem');
  const count = await rows.count();
  for (let at = 0; at < count; at += 1) {
    const row = rows.nth(at).getByRole('button');
    const name = (await row.getByText(/^Person/).innerText()).trim();
    await row.click();
    await main.page.getByRole('region', { name: `Conversation with ${name}` }).waitFor();
  }
  return count;
}

/** The processor is looked at in the second half: in the first one what was put off until now is done. */
async function measureIdle(window: Window, idleMs: number): Promise<Idle> {
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, idleMs / 2));
  await pause();
  const usedBefore = processorMs(await allPids(window));
  const startedAtMs = performance.now();
  await pause();
  const pids = await allPids(window);
  const usedMs = processorMs(pids) - usedBefore;
  return { memoryMb: memoryMb(pids), cpuPercent: (usedMs / (performance.now() - startedAtMs)) * 100 };
}

/** Without what is garbage: when a page clears that away is its own affair. */
async function lastingMemoryMb(window: Window): Promise<number> {
  const devTools = await window.page.context().newCDPSession(window.page);
  // What the first one lets go of may have held more.
  for (const _ of ['first', 'second']) await devTools.send('HeapProfiler.collectGarbage');
  await devTools.detach();
  return memoryMb(await allPids(window));
}

/** What belongs to these processes, and their part of what they share with others. */
function memoryMb(pids: readonly number[]): number {
  const kilobytes = pids.map((pid) => {
    const [, pss] = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
    if (pss === undefined) throw new Error('the kernel does not tell the memory of a process');
    return Number(pss);
  });
  return kilobytes.reduce((sum, each) => sum + each, 0) / 1_000;
}

/** The time that these processes have had of the processor so far. */
function processorMs(pids: readonly number[]): number {
  const times = pids.map((pid) => {
    // The name of the program, in brackets, may hold anything; after it come numbers.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * tickMs;
  });
  return times.reduce((sum, each) => sum + each, 0);
}
