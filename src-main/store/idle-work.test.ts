import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../connection/testing/fake-clock.ts';
import { createIdleWork } from './idle-work.ts';

describe('idle work', () => {
  function rig(step: (count: number) => boolean) {
    const clock = createFakeClock();
    let steps = 0;
    const work = createIdleWork({
      clock,
      step: () => {
        steps += 1;
        return step(steps);
      },
    });
    return { clock, work, steps: () => steps };
  }

  it('begins once nobody asks any more, and goes on until nothing is left', async () => {
    const { clock, work, steps } = rig((count) => count < 5);
    work.postpone();
    await clock.advance(150);
    work.postpone();
    await clock.advance(150);
    expect(steps()).toBe(0);
    await clock.advance(1_000);
    expect(steps()).toBe(5);
    await clock.advance(60_000);
    expect(steps()).toBe(5);
  });

  it('steps back for each request, but not for ever', async () => {
    const { clock, work, steps } = rig(() => true);
    for (let asked = 0; asked < 100; asked += 1) {
      work.postpone();
      await clock.advance(100);
    }
    expect(steps()).toBeGreaterThanOrEqual(4);
    expect(steps()).toBeLessThanOrEqual(5);
  });

  it('rests after a failure until something is asked for', async () => {
    const { clock, work, steps } = rig(() => {
      throw new Error('disk full');
    });
    work.postpone();
    await clock.advance(60_000);
    expect(steps()).toBe(1);
    work.postpone();
    await clock.advance(1_000);
    expect(steps()).toBe(2);
  });
});
