import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from '@playwright/test';
import { launchKith, type Window } from '../fixtures/launch.ts';
import { signUp } from '../fixtures/people.ts';
import type { MainPage } from '../pages/main-page.ts';
import { TrayPage } from '../pages/tray-page.ts';
import { watchMain, type Watched } from './main-watch.ts';
import { median, type Figure } from './table.ts';
import { startUploadSink, type Received, type UploadSink } from './upload-sink.ts';

const rounds = 5;
const mebibyte = 2 ** 20;
const measuredMib = 50;
const sizesMib = [1, 10, 50, 100] as const;
const root = path.resolve(import.meta.dirname, '../..');

/** `wholeMs`: from the opening of the file to the ack. */
type Plain = Received & { readonly riseMib: number; readonly wholeMs: number };
type Sent = Received & Watched;

/** P8: a file from the disk through the tray and the spool to a server, beside the same bytes from a bare program. */
export async function benchUpload(dir: string): Promise<Figure[]> {
  const sink = await startUploadSink();
  const files = new Map<number, string>(sizesMib.map((sizeMib) => [sizeMib, fileOf(dir, sizeMib)]));
  const fileOfSize = (sizeMib: number): string => files.get(sizeMib) ?? '';
  const window = await launchKith(dir, 'ann');
  const fragments: Plain[] = [];
  const whole: Plain[] = [];
  const sent = new Map<number, Sent[]>();
  try {
    const main = await signUp(window, sink.url, 'Ann');
    await main.openContact('Bo');
    await send(window, main, sink, fileOfSize(1));
    for (let round = 0; round < rounds; round += 1) {
      fragments.push(await sendPlainly(sink, fileOfSize(measuredMib), 'fragments'));
      whole.push(await sendPlainly(sink, fileOfSize(measuredMib), 'whole'));
      for (const sizeMib of sizesMib)
        sent.set(sizeMib, [...(sent.get(sizeMib) ?? []), await send(window, main, sink, fileOfSize(sizeMib))]);
    }
  } finally {
    await window.close();
    await sink.stop();
  }
  return figures(fragments, whole, sent);
}

function figures(fragments: readonly Plain[], whole: readonly Plain[], sent: ReadonlyMap<number, Sent[]>): Figure[] {
  const of = (sizeMib: number, what: (one: Sent) => number): number => median((sent.get(sizeMib) ?? []).map(what));
  const rate = ({ tookMs }: Received): number => (measuredMib / tookMs) * 1_000;
  const rise = (one: { readonly riseMib: number }): number => one.riseMib;
  const plainRate = median(fragments.map(rate));
  const ours = of(measuredMib, rate);
  const figure = (what: string, value: number, unit: string, rest: Partial<Figure> = {}): Figure => ({
    id: 'P8',
    what,
    ours: value,
    unit,
    reference: null,
    aim: null,
    ...rest,
  });
  const longestMs = of(measuredMib, ({ delayP99Ms }) => delayP99Ms);
  const answered = Math.min(...[...sent.values()].flat().map(({ pings, pongs }) => (pings === 0 ? 1 : pongs / pings)));
  return [
    figure(`a file of ${measuredMib} MiB, first fragment → last`, ours, 'MiB/s', {
      reference: { what: 'ws fragments, plain Node', value: plainRate },
      aim: { target: '≥ 0.85 ×', isMet: ours >= 0.85 * plainRate },
    }),
    figure(`the same`, ours, 'MiB/s', {
      reference: {
        what: 'whole JSON, plain Node',
        value: median(whole.map(({ wholeMs }) => (measuredMib / wholeMs) * 1_000)),
      },
    }),
    ...sizesMib.map((sizeMib) =>
      figure(`memory of main, copying and sending ${sizeMib} MiB`, of(sizeMib, rise), 'MiB', {
        aim: { target: '≤ 32 MiB', isMet: of(sizeMib, rise) <= 32 },
        reference: sizeMib === measuredMib ? { what: 'whole JSON, plain Node', value: median(whole.map(rise)) } : null,
      }),
    ),
    figure('event-loop delay of main meanwhile, p99', longestMs, 'ms', {
      aim: { target: '≤ 50 ms', isMet: longestMs <= 50 },
    }),
    figure(
      'event-loop delay of main meanwhile, longest',
      of(measuredMib, ({ delayMaxMs }) => delayMaxMs),
      'ms',
    ),
    figure('pings answered while a file is sent, at worst', answered * 100, '%', {
      aim: { target: '≥ 90 %', isMet: answered >= 0.9 },
    }),
    figure(
      'slowest answer to a ping',
      of(measuredMib, ({ slowestPongMs }) => slowestPongMs),
      'ms',
    ),
  ];
}

function fileOf(dir: string, sizeMib: number): string {
  mkdirSync(path.join(dir, 'files'), { recursive: true });
  const file = path.join(dir, 'files', `${sizeMib}.bin`);
  writeFileSync(file, randomBytes(sizeMib * mebibyte));
  return file;
}

/** Drops the file and presses Send; the memory is that of the copy into the spool too. */
async function send(window: Window, main: MainPage, sink: UploadSink, file: string): Promise<Sent> {
  const tray = new TrayPage(window.page);
  await tray.drop(main.page.getByRole('region', { name: 'Conversation with Bo' }), { files: [file] });
  await expect(tray.rows).toHaveCount(1);
  const watched = await watchMain(window);
  const received = sink.next();
  await tray.send.click();
  const sent = { ...(await received), ...(await watched()) };
  await expect(tray.dialog).toHaveCount(0);
  await expect(main.messages.locator('article').last()).toHaveAttribute('data-state', /sent|read/);
  return sent;
}

async function sendPlainly(sink: UploadSink, file: string, how: 'fragments' | 'whole'): Promise<Plain> {
  const received = sink.next();
  const program = ['--expose-gc', path.join(root, 'build/run.mjs'), path.join(root, 'e2e/bench/plain-upload.ts')];
  const { stdout } = await promisify(execFile)(process.execPath, [...program, sink.url, file, how], { cwd: root });
  const { tookMs, riseKib } = JSON.parse(stdout) as { tookMs: number; riseKib: number };
  return { ...(await received), wholeMs: tookMs, riseMib: riseKib / 1_024 };
}
