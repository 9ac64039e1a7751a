import { describe, expect, it } from 'vitest';
import { findSeed, runSeeds } from './campaign.ts';
import { crashEverywhere, scenarios } from './crash-points.ts';
import { flaws } from './flaws.ts';
import { serverModels } from './models.ts';
import { planOf } from './schedule.ts';
import { shrinkPlan } from './shrink.ts';
import { simulate } from './simulate.ts';

/** Some seconds of work, on a machine that may have other work as well. */
const patient = { timeout: 120_000 };

// The long forms are `npm run chaos -- simulation` and `npm run chaos -- crash-points`.

describe('our core on a server of another make, under every fault', patient, () => {
  // A seed's model goes by its remainder, so each run of seeds meets all of them.
  it.each([1, 2, 3, 4])(
    'loses nothing, doubles nothing and shows nothing as sent that is not: part %i',
    async (part) => {
      const { failures, runs } = await runSeeds(part * 100_000, 4 * serverModels.length);
      expect(failures).toEqual([]);
      expect(runs).toBe(20);
    },
  );

  it('is the same run for the same seed', async () => {
    const stories: string[][] = [[], []];
    for (const story of stories) await simulate(planOf(11), { trace: (line) => story.push(line) });
    expect(stories[0]).toEqual(stories[1]);
    expect(stories[0]?.length).toBeGreaterThan(100);
  });
});

describe('a crash after every commit and every frame', patient, () => {
  it.each(scenarios.filter((_, index) => index % 6 === 3))('does no harm to: $name', async (scenario) => {
    const { failures, points } = await crashEverywhere(scenario, 1);
    expect(failures).toEqual([]);
    expect(points).toBeGreaterThan(20);
  });
});

describe('a client with a flaw is caught', patient, () => {
  it.each(Object.entries(flaws))('%s', async (_name, { flaw, caughtAs, seed }) => {
    expect(await findSeed(seed, 100, caughtAs, flaw)).not.toBeNull();
  });
});

it('a failing schedule shrinks to the few steps that make it fail', async () => {
  const plan = planOf(3);
  const needed = plan.steps.filter((_, index) => index === 5 || index === 40);
  const small = await shrinkPlan(plan, async ({ steps }) => needed.every((step) => steps.includes(step)));
  expect(small.steps).toEqual(needed);
});
