import { runSeeds } from './campaign.ts';

/** One process of a campaign: runs the seeds that it is given and answers with their tally, again and again. */
export async function run(): Promise<number> {
  return new Promise((resolve) => {
    process.on('message', (lot: { firstSeed: number; count: number }) => {
      void runSeeds(lot.firstSeed, lot.count).then((tally) => process.send?.(tally));
    });
    process.on('disconnect', () => resolve(0));
  });
}
