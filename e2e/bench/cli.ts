import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { benchFirstLoad } from './first-load.ts';
import { benchIdle } from './idle.ts';
import { benchBurst, benchIncoming } from './incoming.ts';
import { benchOpen } from './open.ts';
import { benchReceive } from './receive.ts';
import { benchSearch } from './search.ts';
import { benchServer } from './server.ts';
import { benchStart } from './start.ts';
import { benchText } from './text.ts';
import { benchUpload } from './upload.ts';
import { formatFigures, type BenchOptions, type Figure } from './table.ts';

/** The benches by their row in the targets. Each gets an empty folder of its own. */
const benches: Readonly<Record<string, (dir: string, options: BenchOptions) => Promise<Figure[]>>> = {
  P1: benchStart,
  P2: benchIdle,
  P3: benchOpen,
  P4: benchIncoming,
  P5: benchBurst,
  P7: benchText,
  P8: benchUpload,
  P9: benchReceive,
  P11: benchFirstLoad,
  P10: benchSearch,
  P13: benchServer,
};

const resultsFile = path.resolve(import.meta.dirname, '../../bench/results.json');

/** What the targets ask for. */
const usualIdleSeconds = 60;
const usualImageCount = 100;

/**
 * `npm run bench -- P7 …`: measures the rows named, or all, prints a table and writes bench/results.json.
 * `--idle=10` shortens the seconds in which nobody does anything, `--images=10` takes fewer images.
 */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      idle: { type: 'string', default: String(usualIdleSeconds) },
      images: { type: 'string', default: String(usualImageCount) },
    },
    allowPositionals: true,
  });
  const wanted = positionals.length > 0 ? positionals : Object.keys(benches);
  const unknown = wanted.filter((id) => !Object.hasOwn(benches, id));
  if (unknown.length > 0) {
    console.error(`unknown bench: ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`);
    return 2;
  }
  const figures: Figure[] = [];
  for (const id of wanted) {
    const dir = mkdtempSync(path.join(os.tmpdir(), 'kith-bench-'));
    try {
      const options = { idleMs: Number(values.idle) * 1_000, imageCount: Number(values.images) };
      figures.push(...((await benches[id]?.(dir, options)) ?? []));
    } finally {
      await rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    }
  }
  console.log(formatFigures(figures));
  mkdirSync(path.dirname(resultsFile), { recursive: true });
  writeFileSync(
    resultsFile,
    `${JSON.stringify({ measuredAt: new Date().toISOString(), cpus: os.cpus().length, node: process.version, figures }, null, 2)}\n`,
  );
  return 0;
}
