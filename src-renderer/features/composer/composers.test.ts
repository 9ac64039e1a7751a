import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { maxDraftUnits, maxTextCodePoints } from '../../../src-shared/domain/limits.ts';
import { requests } from '../../../src-shared/ipc/contract.ts';
import { appError } from '../../../src-shared/kernel/app-error.ts';
import { userId } from '../../../src-shared/kernel/ids.ts';
import { err, ok } from '../../../src-shared/kernel/result.ts';
import { createFakeBridge, type FakeBridge } from '../../testing/fake-bridge.ts';
import { aMessage } from '../../testing/views.ts';
import { createComposers, excessOf, isSendable, type Box, type Composers } from './composers.ts';

const anna = userId(2);
const ben = userId(3);

function setUp(): { fake: FakeBridge; composers: Composers; box: (peer?: typeof anna) => Box | undefined } {
  const fake = createFakeBridge({
    'drafts:save': () => ok({}),
    'messages:sendText': ({ peerId, text }) => ok(aMessage(peerId, text)),
  });
  let count = 0;
  const createCommandId = (): string => `command-${(count += 1)}`;
  const composers = createComposers({ bridge: fake.bridge, createCommandId });
  return { fake, composers, box: (peer = anna) => composers.store.getState().boxes.get(peer) };
}

describe('createComposers', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('saves a draft 200 ms after the first key, however fast the others follow', () => {
    const { fake, composers } = setUp();
    for (let at = 1; at <= 5; at += 1) {
      composers.edit(anna, 'hello'.slice(0, at), at);
      vi.advanceTimersByTime(50);
    }
    expect(fake.callsTo('drafts:save')).toEqual([{ peerId: anna, draft: { text: 'hell', caret: 4 } }]);
    vi.advanceTimersByTime(200);
    expect(fake.callsTo('drafts:save').at(-1)).toEqual({ peerId: anna, draft: { text: 'hello', caret: 5 } });
  });

  it('saves the drafts of several people, and no draft for an empty box', () => {
    const { fake, composers } = setUp();
    composers.edit(anna, 'a', 1);
    composers.edit(ben, 'b', 1);
    composers.edit(ben, '', 0);
    composers.flush();
    expect(fake.callsTo('drafts:save')).toEqual([
      { peerId: anna, draft: { text: 'a', caret: 1 } },
      { peerId: ben, draft: null },
    ]);
    vi.advanceTimersByTime(1_000);
    expect(fake.callsTo('drafts:save')).toHaveLength(2);
  });

  it('saves any draft that main keeps, and leaves alone what main has where it is longer', () => {
    const { fake, composers } = setUp();
    const savedLengths = (): (number | undefined)[] =>
      fake.callsTo('drafts:save').map(({ draft }) => draft?.text.length);
    composers.edit(anna, 'x'.repeat(maxDraftUnits), 0);
    composers.flush();
    expect(savedLengths()).toEqual([maxDraftUnits]);
    const { request } = requests['drafts:save'];
    expect(request.safeParse(fake.callsTo('drafts:save')[0]).success).toBe(true);
    composers.edit(anna, 'x'.repeat(maxDraftUnits + 1), 0);
    composers.flush();
    expect(savedLengths()).toEqual([maxDraftUnits]);
  });

  it('tries again to save a draft that main did not take', async () => {
    const { fake, composers } = setUp();
    fake.answer('drafts:save', () => err(appError('store-unavailable')));
    composers.edit(anna, 'a', 1);
    await vi.advanceTimersByTimeAsync(200);
    fake.answer('drafts:save', () => ok({}));
    composers.flush();
    expect(fake.callsTo('drafts:save')).toHaveLength(2);
  });

  it('tries again by itself, until main takes the draft or another account has taken its place', async () => {
    const { fake, composers } = setUp();
    fake.answer('drafts:save', () => err(appError('store-unavailable')));
    composers.edit(anna, 'a', 1);
    await vi.advanceTimersByTimeAsync(200);
    fake.answer('drafts:save', () => Promise.reject(new Error('gone')));
    await vi.advanceTimersByTimeAsync(2_000);
    fake.answer('drafts:save', () => ok({}));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(fake.callsTo('drafts:save')).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fake.callsTo('drafts:save')).toHaveLength(3);

    fake.answer('drafts:save', () => err(appError('store-unavailable')));
    composers.edit(anna, 'ab', 2);
    await vi.advanceTimersByTimeAsync(200);
    composers.drop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fake.callsTo('drafts:save')).toHaveLength(4);
  });

  it('restores what main kept, but never over what was written here', () => {
    const { composers, box } = setUp();
    composers.restore(anna, { text: 'kept', caret: 99 });
    expect(box()).toEqual({ text: 'kept', caret: 4, refusal: null });
    composers.edit(anna, 'written', 7);
    composers.restore(anna, { text: 'kept', caret: 4 });
    expect(box()?.text).toBe('written');
  });

  it('empties the box at the send, so that a second Enter sends nothing', async () => {
    const { fake, composers, box } = setUp();
    composers.edit(anna, ' hi \n', 3);
    const first = composers.send(anna);
    expect(box()?.text).toBe('');
    await Promise.all([first, composers.send(anna)]);
    expect(fake.callsTo('messages:sendText')).toEqual([{ commandId: 'command-1', peerId: anna, text: 'hi' }]);
  });

  it('saves no draft of what was sent', () => {
    const { fake, composers } = setUp();
    composers.edit(anna, 'hi', 2);
    void composers.send(anna);
    vi.advanceTimersByTime(1_000);
    expect(fake.callsTo('drafts:save')).toEqual([]);
  });

  it('is not brought back by a caret that is told after the send', () => {
    const { composers, box } = setUp();
    composers.edit(anna, 'hi', 2);
    void composers.send(anna);
    composers.moveCaret(anna, 'hi', 2);
    expect(box()?.text).toBe('');
  });

  it('puts a refused text back before what was written meanwhile, with the reason, and saves both', async () => {
    const { fake, composers, box } = setUp();
    fake.answer('messages:sendText', () => err(appError('disk-full')));
    composers.edit(anna, 'first', 5);
    const sending = composers.send(anna);
    composers.edit(anna, 'second', 6);
    await sending;
    expect(box()).toEqual({ text: 'first\nsecond', caret: 12, refusal: appError('disk-full') });
    vi.advanceTimersByTime(200);
    expect(fake.callsTo('drafts:save').at(-1)?.draft?.text).toBe('first\nsecond');
    composers.edit(anna, 'first\nsecond!', 13);
    expect(box()?.refusal).toBeNull();
  });

  it('sends a refused text again as the same message, because main may have kept it all the same', async () => {
    const { fake, composers, box } = setUp();
    fake.answer('messages:sendText', () => err(appError('store-unavailable')));
    composers.edit(anna, 'once', 4);
    await composers.send(anna);
    composers.edit(anna, 'once', 2);
    await composers.send(anna);
    fake.answer('messages:sendText', ({ peerId, text }) => ok(aMessage(peerId, text)));
    await composers.send(anna);
    expect(fake.callsTo('messages:sendText').map(({ commandId }) => commandId)).toEqual(Array(3).fill('command-1'));
    expect(box()?.text).toBe('');
    // The draft of the refused text does not stay behind.
    await vi.advanceTimersByTimeAsync(200);
    expect(fake.callsTo('drafts:save').at(-1)).toEqual({ peerId: anna, draft: null });
  });

  it('sends a refused text that was changed, or written anew, as another message', async () => {
    const { fake, composers } = setUp();
    fake.answer('messages:sendText', () => err(appError('store-unavailable')));
    composers.edit(anna, 'ok', 2);
    await composers.send(anna);
    composers.edit(anna, '', 0);
    composers.edit(anna, 'ok', 2);
    await composers.send(anna);
    composers.edit(anna, 'more', 4);
    await composers.send(anna);
    const commands = fake.callsTo('messages:sendText').map(({ commandId }) => commandId);
    expect(commands).toEqual(['command-1', 'command-2', 'command-3']);
  });

  it('loses nothing when main cannot even answer', async () => {
    const { fake, composers, box } = setUp();
    fake.answer('messages:sendText', () => Promise.reject(new Error('gone')));
    composers.edit(anna, 'hi', 2);
    await composers.send(anna);
    expect(box()).toMatchObject({ text: 'hi', refusal: appError('unexpected') });
  });

  it('keeps a text that is too long, counted in code points, and does not send it', async () => {
    const { fake, composers, box } = setUp();
    const tooLong = '👏'.repeat(maxTextCodePoints + 2);
    expect([excessOf(tooLong), isSendable(tooLong)]).toEqual([2, false]);
    expect(isSendable('👏'.repeat(maxTextCodePoints))).toBe(true);
    composers.edit(anna, tooLong, 0);
    await composers.send(anna);
    expect(box()?.text).toBe(tooLong);
    expect(fake.callsTo('messages:sendText')).toEqual([]);
  });

  it('gives a caption away only where it can be sent, and keeps it as a draft in main until it was', () => {
    const { fake, composers, box } = setUp();
    composers.edit(anna, 'look', 4);
    expect(composers.takeCaption(anna)).toBe('look');
    expect(box()?.text).toBe('');
    vi.advanceTimersByTime(1_000);
    expect(fake.callsTo('drafts:save')).toEqual([{ peerId: anna, draft: { text: 'look', caret: 4 } }]);
    composers.edit(anna, 'x'.repeat(maxTextCodePoints + 1), 0);
    expect(composers.takeCaption(anna)).toBeNull();
    expect(box()?.text).toHaveLength(maxTextCodePoints + 1);
  });

  it('puts a caption that was not sent back before what was written meanwhile', () => {
    const { fake, composers, box } = setUp();
    composers.edit(anna, 'look', 4);
    composers.takeCaption(anna);
    composers.edit(anna, 'and more', 8);
    composers.settleCaption(anna, 'look', null);
    expect(box()).toEqual({ text: 'look\nand more', caret: 13, refusal: null });
    vi.advanceTimersByTime(200);
    expect(fake.callsTo('drafts:save').at(-1)?.draft?.text).toBe('look\nand more');
  });

  it('saves what was written while a caption was sent again, because the draft went with the caption', () => {
    const { fake, composers, box } = setUp();
    composers.edit(anna, 'look', 4);
    composers.takeCaption(anna);
    composers.edit(anna, 'next', 2);
    vi.advanceTimersByTime(200);
    composers.settleCaption(anna, '', null);
    expect(box()).toMatchObject({ text: 'next', caret: 2 });
    vi.advanceTimersByTime(200);
    expect(fake.callsTo('drafts:save').map(({ draft }) => draft?.text)).toEqual(['look', 'next', 'next']);
  });

  it('empties the box of a text that went another way, unless it was changed', () => {
    const { composers, box } = setUp();
    composers.edit(anna, 'long', 4);
    composers.withdraw(anna, 'lon');
    expect(box()?.text).toBe('long');
    composers.withdraw(anna, 'long');
    expect(box()?.text).toBe('');
  });

  it('remembers the emoji used last, each once', () => {
    const { composers } = setUp();
    for (const emoji of ['😀', '👏', '😀']) composers.rememberEmoji(emoji);
    expect(composers.store.getState().recentEmoji).toEqual(['😀', '👏']);
  });
});
