import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planOrder as planInSteps } from './order-plan.ts';
import { drain } from './steps.ts';

const planOrder = (...input: Parameters<typeof planInSteps>) => drain(planInSteps(...input));

describe('planning positions', () => {
  it('keeps what is in order and lays the rest in between', () => {
    expect(planOrder([1_024, null, 2_048, null], 2_048)).toEqual({
      positions: [1_024, 1_536, 2_048, 3_072],
      isRenumbered: false,
    });
    expect(planOrder([null, 10], 10).positions).toEqual([-1_014, 10]);
    expect(planOrder([], 0).positions).toEqual([]);
  });

  it('numbers all anew where there is no room, after all there was', () => {
    expect(planOrder([1, null, 2], 2)).toEqual({ positions: [1_026, 2_050, 3_074], isRenumbered: true });
  });

  it('always rises strictly, and moves no more than a longest rising run leaves over', () => {
    const entries = fc.uniqueArray(fc.integer({ min: -5_000, max: 5_000 }), { maxLength: 30 });
    fc.assert(
      fc.property(entries, fc.array(fc.nat(30), { maxLength: 10 }), (known, gaps) => {
        const current: (number | null)[] = [...known];
        for (const gap of gaps) current.splice(Math.min(gap, current.length), 0, null);
        const { positions, isRenumbered } = planOrder(current, 5_000);
        expect(positions).toHaveLength(current.length);
        for (let i = 1; i < positions.length; i += 1) expect(positions[i]).toBeGreaterThan(positions[i - 1] ?? 0);
        if (isRenumbered) return;
        const kept = current.filter((value, i) => value !== null && value === positions[i]).length;
        expect(kept).toBeGreaterThanOrEqual(longestRise(known));
      }),
      { numRuns: 500 },
    );
  });
});

/** Plainly, in n². */
function longestRise(values: readonly number[]): number {
  const best: number[] = [];
  for (const [i, value] of values.entries()) {
    const before = values.slice(0, i).map((other, j) => (other < value ? (best[j] ?? 0) : 0));
    best.push(1 + Math.max(0, ...before));
  }
  return Math.max(0, ...best);
}
