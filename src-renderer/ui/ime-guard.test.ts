import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createImeGuard } from './ime-guard.ts';

const plainEnter = { isComposing: false, keyCode: 13 };

describe('createImeGuard', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('leaves an Enter without composition to the person', () => {
    expect(createImeGuard().owns(plainEnter)).toBe(false);
  });

  it('takes every Enter between the start and the end of a composition', () => {
    const ime = createImeGuard();
    ime.onCompositionStart();
    expect(ime.owns(plainEnter)).toBe(true);
  });

  it('takes the Enter that follows the end in the same tick, and none after it', () => {
    const ime = createImeGuard();
    ime.onCompositionStart();
    ime.onCompositionEnd();
    expect(ime.owns(plainEnter)).toBe(true);
    vi.advanceTimersByTime(0);
    expect(ime.owns(plainEnter)).toBe(false);
  });

  it('takes keys that are marked as composing or taken, whatever events there were', () => {
    const ime = createImeGuard();
    expect(ime.owns({ isComposing: true, keyCode: 13 })).toBe(true);
    expect(ime.owns({ isComposing: false, keyCode: 229 })).toBe(true);
  });

  it('forgets a composition that never ended when the box loses the focus', () => {
    const ime = createImeGuard();
    ime.onCompositionStart();
    ime.onBlur();
    expect(ime.owns(plainEnter)).toBe(false);
  });
});
