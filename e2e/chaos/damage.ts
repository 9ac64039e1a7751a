import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createDamagedTemplate, type DamagedTemplate } from './damage-template.ts';
import { createDice, numberOf, peer, percentile, self, startStore, storeKey, withStoreProgram } from './real-store.ts';

const pageBytes = 4_096;
const kinds = ['flip', 'page', 'truncate', 'header', 'log', 'foreign', 'stranger', 'wrong-key', 'none'] as const;
type Kind = (typeof kinds)[number];
/** These are another's file or none: nothing in them is ours to open. */
const neverOpens: readonly Kind[] = ['header', 'foreign', 'stranger', 'wrong-key'];

export type DamageOutcome = {
  readonly runs: number;
  /** Of each kind: how often the file was opened as it is, and set aside. */
  readonly verdicts: Readonly<Record<Kind, { opened: number; setAside: number }>>;
  /** Runs in which the store gave no answer, or this process met an error that it should not. */
  readonly dead: readonly string[];
  readonly wrongVerdicts: readonly string[];
  /** Texts that were shown and that nobody wrote. */
  readonly forged: number;
  /** Pending messages all of whose pages were left whole, and how many of them came through. */
  readonly intact: number;
  readonly survived: number;
  readonly openMs: readonly number[];
};

/** Damages copies of a database in every way of safety S9, and has the real store's process open and use each. */
export async function damageStores(program: string, runs: number, seed: number): Promise<DamageOutcome> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kith-damage-'));
  const template = await createDamagedTemplate(path.join(folder, 'template'), program);
  const dice = createDice(seed);
  const verdicts = Object.fromEntries(kinds.map((kind) => [kind, { opened: 0, setAside: 0 }])) as Record<
    Kind,
    { opened: number; setAside: number }
  >;
  const dead: string[] = [];
  const wrongVerdicts: string[] = [];
  const openMs: number[] = [];
  let forged = 0;
  let intact = 0;
  let survived = 0;
  try {
    for (let run = 0; run < runs; run += 1) {
      const kind = kinds[run % kinds.length] ?? 'none';
      const file = path.join(folder, String(run), 'history.db');
      mkdirSync(path.dirname(file));
      for (const end of ['', '-wal', '.state'])
        if (existsSync(template.file + end)) copyFileSync(template.file + end, file + end);
      const touched = spoil(kind, file, template, dice);
      const key = kind === 'wrong-key' ? new Uint8Array(randomBytes(32)) : storeKey;
      const { store } = startStore(program);
      try {
        const startedMs = performance.now();
        const report = await store.open({ path: file, key, self });
        openMs.push(performance.now() - startedMs);
        // Whatever is damaged and was not noticed at once is met here, and the store gets over it by itself.
        const { conversations } = await store.getOverview({});
        const page = await store.getPage({ peerId: peer, anchor: { kind: 'newest' }, limit: 200 });
        const outbox = await store.getOutbox({});
        forged += [...page.messages, ...outbox].filter(({ text }) => !template.texts.has(text)).length;
        forged += conversations.filter(({ draft }) => draft !== null && !template.texts.has(draft.text)).length;
        const isOpened = report.outcome === 'opened';
        verdicts[kind][isOpened ? 'opened' : 'setAside'] += 1;
        if ((neverOpens.includes(kind) && isOpened) || (kind === 'none' && !isOpened))
          wrongVerdicts.push(`run ${run}, ${kind}: ${report.outcome}`);
        if (!neverOpens.includes(kind) && kind !== 'log') {
          const there = new Set(outbox.map((item) => item.text));
          const whole = template.pending.filter(({ pages }) => pages.every((number) => !touched.has(number)));
          intact += whole.length;
          survived += whole.filter(({ text }) => there.has(text)).length;
        }
      } catch (error) {
        dead.push(`run ${run}, ${kind}: ${error instanceof Error ? error.message : 'unknown'}`);
      } finally {
        await store.dispose();
        rmSync(path.dirname(file), { recursive: true, force: true });
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { runs, verdicts, dead, wrongVerdicts, forged, intact, survived, openMs };
}

/** Does one kind of damage. @returns the pages of the database file that are not as they were. */
function spoil(
  kind: Kind,
  file: string,
  template: DamagedTemplate,
  dice: (below: number) => number,
): ReadonlySet<number> {
  const bytes = readFileSync(file);
  const touched = new Set<number>();
  const write = (at: number, value: number): void => {
    bytes[at] = value;
    touched.add(Math.floor(at / pageBytes) + 1);
  };
  const flip = (target: Buffer): void => {
    for (let count = 1 + dice(8); count > 0; count -= 1) {
      const at = dice(target.length);
      if (target === bytes) write(at, (bytes[at] ?? 0) ^ (1 << dice(8)));
      else target[at] = (target[at] ?? 0) ^ (1 << dice(8));
    }
  };
  const pageCount = bytes.length / pageBytes;
  switch (kind) {
    case 'flip':
      flip(bytes);
      break;
    case 'page': {
      const start = dice(pageCount) * pageBytes;
      for (let at = start; at < start + pageBytes; at += 1) write(at, dice(256));
      break;
    }
    case 'truncate': {
      const length = dice(bytes.length);
      for (let page = Math.floor(length / pageBytes) + 1; page <= pageCount; page += 1) touched.add(page);
      writeFileSync(file, bytes.subarray(0, length));
      return touched;
    }
    case 'header':
      bytes.fill(0, 0, pageBytes);
      // With its first page in the log it would be whole.
      rmSync(`${file}-wal`, { force: true });
      break;
    case 'log': {
      const log = existsSync(`${file}-wal`) ? readFileSync(`${file}-wal`) : Buffer.alloc(pageBytes);
      const which = dice(3);
      if (which === 0) flip(log);
      writeFileSync(`${file}-wal`, which === 1 ? randomBytes(3 * pageBytes) : which === 2 ? template.strangeLog : log);
      return touched;
    }
    case 'foreign':
      writeFileSync(file, randomBytes(1 + dice(5 * pageBytes)));
      rmSync(`${file}-wal`, { force: true });
      return touched;
    case 'stranger':
      for (const end of ['', '-wal']) rmSync(file + end, { force: true });
      copyFileSync(template.strangerFile, file);
      return touched;
    case 'wrong-key':
    case 'none':
      return touched;
  }
  writeFileSync(file, bytes);
  return touched;
}

/** `npm run chaos -- damage [--runs=300] [--seed=1]` */
export async function run(args: string[]): Promise<number> {
  const runs = numberOf(args, 'runs', 300);
  const seed = numberOf(args, 'seed', 1);
  const outcome = await withStoreProgram((program) => damageStores(program, runs, seed));
  const sorted = outcome.openMs.toSorted((one, other) => one - other);
  for (const [kind, { opened, setAside }] of Object.entries(outcome.verdicts))
    console.log(`${kind.padEnd(10)} opened ${String(opened).padStart(4)}   set aside ${String(setAside).padStart(4)}`);
  for (const line of [...outcome.dead, ...outcome.wrongVerdicts]) console.log(line);
  const share = outcome.intact === 0 ? 100 : (100 * outcome.survived) / outcome.intact;
  console.log(
    `seed ${seed}, ${runs} damages: no answer ${outcome.dead.length}, wrong verdict ${outcome.wrongVerdicts.length}`,
  );
  console.log(`texts that nobody wrote ${outcome.forged}`);
  console.log(
    `pending messages on whole pages: ${outcome.survived} of ${outcome.intact} came through (${share.toFixed(2)} %)`,
  );
  console.log(`opened in p50 ${percentile(sorted, 0.5).toFixed(0)} ms, max ${percentile(sorted, 1).toFixed(0)} ms`);
  const isGood = outcome.dead.length + outcome.wrongVerdicts.length + outcome.forged === 0 && share >= 99;
  return isGood ? 0 : 1;
}
