import { extensionOf, fileKindOf } from '../../src-shared/media/file-kind.ts';
import { imageTypeOf, sniffBytes } from '../../src-shared/media/sniff.ts';
import { createStripper, surveyWebp } from '../../src-shared/media/strip-metadata.ts';
import { imageShapeOf } from '../../src-main/transfers/image-shape.ts';
import { imageBombs, type Bomb } from './image-bombs.ts';
import { workedMs } from './cpu-time.ts';
import { readNumbers } from './options.ts';
import { polyglots, type Polyglot } from './polyglot-files.ts';

export type ClassReport = {
  readonly polyglots: number;
  readonly bombs: number;
  readonly faults: readonly string[];
  readonly slowestMs: number;
  readonly grownBytes: number;
};

/** Names under which somebody would like it to be opened. */
const names = ['a.png', 'a.html', 'a.svg', 'a.pdf', 'a.jar', 'a.exe', 'a.sh', 'a.zip', 'a'];
const runnable = new Set(['jar', 'exe', 'sh']);

function faultOf({ bytes, type, hidden }: Polyglot): string | null {
  const sniffed = sniffBytes(bytes);
  if (sniffed !== type) return `is taken for ${sniffed}, not for ${type}`;
  const image = imageTypeOf(bytes);
  if ((image !== null) !== (hidden !== null)) return 'is an image to some';
  for (const name of names) {
    const { canRun, mayOpen } = fileKindOf(name, bytes);
    const extension = extensionOf(name);
    // Only as what its bytes are; what can run, never.
    const fits = (extension === 'png' && image !== null) || (extension === 'pdf' && type === 'pdf');
    if (mayOpen !== fits) return `may ${fits ? 'not ' : ''}be opened as ${name}`;
    if (canRun !== (runnable.has(extension) || type === 'program')) return `can${canRun ? '' : 'not'} run as ${name}`;
  }
  if (image === null || hidden === null) return null;
  const survey = surveyWebp();
  survey.push(bytes);
  const stripper = createStripper(image, survey.end());
  const sent = Buffer.concat([...stripper.push(bytes), ...stripper.end()]).toString('latin1');
  return sent.includes(hidden) ? 'is sent with what is hidden in it' : null;
}

/** Only its first bytes are looked at, however many it says there are. */
async function bombFaultOf({ bytes, sizeBytes }: Bomb): Promise<string | null> {
  const shape = await imageShapeOf({
    sizeBytes,
    async *read(start, end) {
      yield bytes.subarray(start, end);
    },
  });
  return shape === null ? null : 'is let through';
}

/** Tells what 60 files are that are two things at once, and turns 30 image bombs away by their headers, `rounds` times. */
export async function classify(rounds: number): Promise<ClassReport> {
  const faults = new Set<string>();
  const before = process.memoryUsage().rss;
  let slowestMs = 0;
  let grownBytes = 0;
  async function look(says: string, faultIn: () => string | null | Promise<string | null>): Promise<void> {
    const startMs = workedMs();
    const fault = await faultIn();
    slowestMs = Math.max(slowestMs, workedMs() - startMs);
    if (fault !== null) faults.add(`${says} ${fault}`);
    grownBytes = Math.max(grownBytes, process.memoryUsage().rss - before);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const polyglot of polyglots) await look(polyglot.says, () => faultOf(polyglot));
    for (const bomb of imageBombs) await look(bomb.says, () => bombFaultOf(bomb));
  }
  return { polyglots: polyglots.length, bombs: imageBombs.length, faults: [...faults], slowestMs, grownBytes };
}

const grownAllowedBytes = 64 * 2 ** 20;
const slowestAllowedMs = 50;

/** The long run: all of them a hundred times. */
export async function run(args: string[]): Promise<number> {
  const options = readNumbers(args, { rounds: 100 });
  if (options === null) return 2;
  const report = await classify(options.rounds);
  console.log(`${report.polyglots} polyglots and ${report.bombs} image bombs, ${options.rounds} times:`);
  console.log(
    `${report.faults.length} faults, slowest ${report.slowestMs.toFixed(1)} ms, memory +${(report.grownBytes / 2 ** 20).toFixed(1)} MiB`,
  );
  for (const fault of report.faults) console.log(`  ${fault}`);
  const isQuick = report.slowestMs < slowestAllowedMs && report.grownBytes < grownAllowedBytes;
  return report.faults.length === 0 && isQuick ? 0 : 1;
}
