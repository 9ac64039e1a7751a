import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { launchKith } from '../fixtures/launch.ts';
import { seedProfile } from '../fixtures/seeded-profile.ts';
import { startServer } from '../fixtures/server.ts';
import { MainPage } from '../pages/main-page.ts';
import { median, type Figure } from './table.ts';

const rounds = 5;
const maxRatio = 1.35;

type Start = { readonly paintedMs: number; readonly shownMs: number };

/** P1: from the spawn to the cached chat list and the last conversation on screen, beside a window with nothing in it. */
export async function benchStart(dir: string): Promise<Figure[]> {
  const server = await startServer(path.join(dir, 'server'));
  await seedProfile(dir, 'ann', server.url);
  await server.stop();
  // The conversation that was open when the program was left is the one that is open again.
  const window = await launchKith(dir, 'ann');
  const main = new MainPage(window.page);
  await main.openChat('Person 001');
  await main.message('last of Person 001').waitFor();
  await window.close();

  const bare: Start[] = [];
  const ours: Start[] = [];
  // One after the other in turn, so that both meet the same weather; the first of each warms the caches.
  for (let round = 0; round <= rounds; round += 1) {
    const starts = [
      await start('bare-window.mjs', path.join(dir, 'bare')),
      await start('timed-kith.mjs', path.join(dir, 'ann')),
    ] as const;
    if (round === 0) continue;
    bare.push(starts[0]);
    ours.push(starts[1]);
  }
  const of = (starts: readonly Start[], field: keyof Start): number => median(starts.map((each) => each[field]));
  const ratio = of(ours, 'paintedMs') / of(bare, 'paintedMs');
  return [
    {
      id: 'P1',
      what: 'spawn → cached chats and last conversation painted',
      ours: of(ours, 'paintedMs'),
      unit: 'ms',
      reference: { what: 'bare window painted', value: of(bare, 'paintedMs') },
      aim: { target: `≤ ${maxRatio} ×`, isMet: ratio <= maxRatio },
    },
    {
      id: 'P1',
      what: 'spawn → window shown',
      ours: of(ours, 'shownMs'),
      unit: 'ms',
      reference: { what: 'bare window shown', value: of(bare, 'shownMs') },
      aim: null,
    },
  ];
}

/** Starts a program of this folder and waits for its end. The times count from the spawn; painted is seen only once shown. */
async function start(program: string, userData: string): Promise<Start> {
  const electronDist = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (electronDist === undefined) throw new Error('run this by build/desktop.mjs');
  const spawnedAtMs = Date.now();
  const child = spawn(
    path.join(electronDist, 'electron'),
    [
      '--lang=en-US',
      '--force-device-scale-factor=1',
      '--password-store=gnome-libsecret',
      '--no-sandbox',
      `--user-data-dir=${userData}`,
      path.join(import.meta.dirname, 'programs', program),
    ],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, KITH_USER_DATA: userData, KITH_HOSTING_DIR: `${userData}-hosting` },
    },
  );
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  await once(child, 'close');
  const line = printed.split('\n').find((each) => each.startsWith('{'));
  if (line === undefined) throw new Error(`${program} did not report`);
  const times = JSON.parse(line) as { shownAtMs: number; paintedAtMs: number };
  const shownMs = times.shownAtMs - spawnedAtMs;
  return { shownMs, paintedMs: Math.max(shownMs, times.paintedAtMs - spawnedAtMs) };
}
