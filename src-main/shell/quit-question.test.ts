import { describe, expect, it } from 'vitest';
import { rowId, userId } from '../../src-shared/kernel/ids.ts';
import type { NamedTransfer } from '../../src-shared/ipc/attachment-views.ts';
import { createFakeClock } from '../connection/testing/fake-clock.ts';
import { createQuitQuestion } from './quit-question.ts';

const upload: NamedTransfer = {
  name: 'report.pdf',
  transfer: {
    rowId: rowId(1),
    peerId: userId(2),
    direction: 'up',
    phase: 'running',
    doneBytes: 1,
    totalBytes: 10,
    bytesPerSecond: null,
    error: null,
  },
};

function setUp(options: { underWay?: readonly NamedTransfer[]; hasPage?: boolean } = {}) {
  const clock = createFakeClock();
  const state = { underWay: options.underWay ?? [upload], quits: 0 };
  const asked: (readonly NamedTransfer[])[] = [];
  const question = createQuitQuestion({
    underWay: () => state.underWay,
    ask: (transfers) => {
      if (options.hasPage === false) return false;
      asked.push(transfers);
      return true;
    },
    quit: () => {
      state.quits += 1;
    },
    clock,
  });
  return { clock, state, asked, question };
}

describe('the question before quitting', () => {
  it('is not asked where nothing is under way', () => {
    const { question, asked } = setUp({ underWay: [] });
    expect(question.mayQuit()).toBe(true);
    expect(asked).toEqual([]);
  });

  it('names what is under way, and quits on the yes', async () => {
    const { question, asked, state, clock } = setUp();
    expect(question.mayQuit()).toBe(false);
    expect(asked).toEqual([[upload]]);
    question.answer('shown');
    await clock.advance(60_000);
    expect(state.quits).toBe(0);
    question.answer('quit');
    expect(state.quits).toBe(1);
    expect(question.mayQuit()).toBe(true);
  });

  it('keeps the program open on the no, and asks again the next time', async () => {
    const { question, asked, state, clock } = setUp();
    question.mayQuit();
    question.answer('shown');
    question.answer('keep-open');
    await clock.advance(60_000);
    expect(state.quits).toBe(0);
    expect(question.mayQuit()).toBe(false);
    expect(asked).toHaveLength(2);
  });

  it('does not wait for a page that never shows it', async () => {
    const { question, state, clock } = setUp();
    question.mayQuit();
    await clock.advance(1_999);
    expect(state.quits).toBe(0);
    await clock.advance(1);
    expect(state.quits).toBe(1);
    expect(question.mayQuit()).toBe(true);
    // A late word changes nothing.
    question.answer('keep-open');
    expect(question.mayQuit()).toBe(true);
  });

  it('is not asked without a page', () => {
    const { question } = setUp({ hasPage: false });
    expect(question.mayQuit()).toBe(true);
  });

  it('gives way to a second wish, but not to a key that is held', async () => {
    const { question, clock } = setUp();
    question.mayQuit();
    question.answer('shown');
    for (let repeats = 0; repeats < 40; repeats += 1) {
      await clock.advance(33);
      expect(question.mayQuit()).toBe(false);
    }
    await clock.advance(600);
    expect(question.mayQuit()).toBe(true);
  });

  it('quits at once where the page crashes before it shows it, and asks anew where it crashes after', () => {
    const before = setUp();
    before.question.mayQuit();
    before.question.pageGone();
    expect(before.state.quits).toBe(1);

    const after = setUp();
    after.question.mayQuit();
    after.question.answer('shown');
    after.question.pageGone();
    expect(after.state.quits).toBe(0);
    expect(after.question.mayQuit()).toBe(false);
    expect(after.asked).toHaveLength(2);
  });

  it('is not asked once the system ends', async () => {
    const { question, asked } = setUp();
    question.letGo();
    expect(question.mayQuit()).toBe(true);
    expect(asked).toEqual([]);

    const open = setUp();
    open.question.mayQuit();
    open.question.letGo();
    expect(open.question.mayQuit()).toBe(true);
    await open.clock.advance(10_000);
    expect(open.state.quits).toBe(0);
  });

  it('takes no answer from a page that was not asked', () => {
    const { question, state } = setUp();
    question.answer('quit');
    question.answer('shown');
    expect(state.quits).toBe(0);
    expect(question.mayQuit()).toBe(false);
  });
});
