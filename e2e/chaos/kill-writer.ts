import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandId, messageId } from '../../src-shared/kernel/ids.ts';
import { createDice, numberOf, peer, percentile, self, startStore, storeKey, withStoreProgram } from './real-store.ts';

export type KillWriterOutcome = {
  readonly acknowledged: number;
  readonly lost: number;
  readonly doubled: number;
  readonly outOfOrder: number;
  /** Openings that did not find the file whole. The check of all pages runs at each, since none was closed. */
  readonly unsound: number;
  readonly reopenMs: readonly number[];
};

/**
 * Kills the store's process (SIGKILL) again and again while it writes, each time starting a new client as a new run of
 * the program would (safety S6). What it had answered must be there, once, in order.
 */
export async function killWriter(program: string, loops: number, seed: number): Promise<KillWriterOutcome> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kith-kill-'));
  const file = path.join(folder, 'history.db');
  const dice = createDice(seed);
  const acknowledged: string[] = [];
  const reopenMs: number[] = [];
  let unsound = 0;
  let lost = 0;
  let doubled = 0;
  let outOfOrder = 0;
  let last = 0;
  try {
    for (let loop = 0; loop <= loops; loop += 1) {
      const { store, kill } = startStore(program);
      const startedMs = performance.now();
      const report = await store.open({ path: file, key: storeKey, self });
      const texts = (await store.getOutbox({})).map((item) => item.text);
      if (loop > 0) reopenMs.push(performance.now() - startedMs);
      if (report.outcome !== (loop === 0 ? 'created' : 'opened')) unsound += 1;
      const place = new Map(texts.map((text, index) => [text, index]));
      lost += acknowledged.filter((text) => !place.has(text)).length;
      doubled += texts.length - place.size;
      const places = acknowledged.flatMap((text) => place.get(text) ?? []);
      outOfOrder += places.filter((at, index) => index > 0 && at < (places[index - 1] ?? 0)).length;
      if (loop === loops) {
        await store.dispose();
        break;
      }
      let isKilled = false;
      const writing = (async () => {
        // oxlint-disable-next-line no-unmodified-loop-condition -- it is, from outside, between two awaits
        while (!isKilled) {
          last += 1;
          const text = `message ${last}`;
          const written = store.enqueueText({
            commandId: commandId(`00000000-0000-4000-8000-${String(last).padStart(12, '0')}`),
            peerId: peer,
            messageIds: [messageId(last)],
            text,
            isSentAtOnce: false,
            nowMs: last,
          });
          // Its answer may be on its way at the kill: then nobody was told, and both are right.
          const noted = written.then(
            () => void (isKilled || acknowledged.push(text)),
            () => {},
          );
          if (last % 8 === 0) await noted;
        }
      })();
      await sleep(10 + dice(120));
      isKilled = true;
      // Not to be brought back: the whole program ends here.
      const ended = store.dispose();
      kill();
      await Promise.all([ended, writing]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { acknowledged: acknowledged.length, lost, doubled, outOfOrder, unsound, reopenMs };
}

/** `npm run chaos -- kill-writer [--loops=100] [--seed=1]` */
export async function run(args: string[]): Promise<number> {
  const loops = numberOf(args, 'loops', 100);
  const seed = numberOf(args, 'seed', 1);
  const outcome = await withStoreProgram((program) => killWriter(program, loops, seed));
  const sorted = outcome.reopenMs.toSorted((one, other) => one - other);
  const at = (part: number): string => `${percentile(sorted, part).toFixed(0)} ms`;
  console.log(`seed ${seed}: ${loops} kills, ${outcome.acknowledged} acknowledged writes`);
  console.log(`lost ${outcome.lost}, doubled ${outcome.doubled}, out of order ${outcome.outOfOrder}`);
  console.log(`not whole at reopening ${outcome.unsound}; reopened in p50 ${at(0.5)}, p95 ${at(0.95)}, max ${at(1)}`);
  return outcome.lost + outcome.doubled + outcome.outOfOrder + outcome.unsound === 0 ? 0 : 1;
}
