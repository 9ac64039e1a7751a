import { fuzzChannel, type ChannelReport } from './ipc-fuzz.ts';
import type { RequestChannel } from '../../src-shared/ipc/contract.ts';

/** What a process of the long run is asked. */
export type ChannelOrder = { readonly channel: RequestChannel; readonly calls: number; readonly seed: number };

/** One process of the long run: calls the channels that it is given and answers with their reports. */
export async function run(): Promise<number> {
  let uncaught = 0;
  const note = (): void => void (uncaught += 1);
  process.on('unhandledRejection', note).on('uncaughtException', note);
  async function fulfil({ channel, calls, seed }: ChannelOrder): Promise<ChannelReport> {
    const before = uncaught;
    const report = await fuzzChannel(channel, calls, seed);
    if (uncaught === before) return report;
    return { ...report, faults: [...report.faults, `${uncaught - before} errors that nobody caught`] };
  }
  return new Promise((resolve) => {
    process.on('message', (order: ChannelOrder) => void fulfil(order).then((report) => process.send?.(report)));
    process.on('disconnect', () => resolve(0));
  });
}
