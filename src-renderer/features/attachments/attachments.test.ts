import { describe, expect, it } from 'vitest';
import { appError } from '../../../src-shared/kernel/app-error.ts';
import { userId } from '../../../src-shared/kernel/ids.ts';
import { err, ok } from '../../../src-shared/kernel/result.ts';
import { createDeferred } from '../../testing/deferred.ts';
import { createFakeBridge } from '../../testing/fake-bridge.ts';
import { aStaged, aTray, keepTrays } from '../../testing/trays.ts';
import { createAttachments } from './attachments.ts';

const anna = userId(2);
const file = (name: string): File => new File(['x'], name);

function setUp(staged: ReturnType<typeof aStaged>[] = []) {
  const fake = createFakeBridge();
  const kept = keepTrays(fake, [aTray(anna, staged)]);
  const boxes: { text: string | null; settled: unknown[] } = { text: 'look', settled: [] };
  const attachments = createAttachments({
    bridge: fake.bridge,
    createCommandId: () => 'command',
    caption: { take: () => boxes.text, settle: (...args) => void boxes.settled.push(args) },
  });
  const state = attachments.store.getState;
  return {
    fake,
    kept,
    boxes,
    attachments,
    state,
    shown: () =>
      state()
        .trays.get(anna)
        ?.staged.map(({ name }) => name),
  };
}

describe('createAttachments', () => {
  it('opens the tray of whoever the files were for at once, and shows what main has made of them', async () => {
    const { attachments, state, shown } = setUp();
    const adding = attachments.add(anna, [file('a.txt'), file('b.txt')]);
    expect(state().openPeerId).toBe(anna);
    expect(state().unstaged.get(anna)?.files).toHaveLength(2);
    expect(await adding).toBe(true);
    expect(shown()).toEqual(['a.txt', 'b.txt']);
    expect(state().unstaged.size).toBe(0);
  });

  it('hands over many files in parts, each once', async () => {
    const { fake, attachments, shown } = setUp();
    const names = Array.from({ length: 2_300 }, (_, at) => `${at}.txt`);
    await attachments.add(anna, names.map(file));
    expect(fake.callsTo('attachments:stage').map(({ files }) => files.length)).toEqual([1_000, 1_000, 300]);
    expect(shown()).toEqual(names);
  });

  it('hands over no more bytes at once than main takes', async () => {
    const { fake, attachments, shown } = setUp();
    const large = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => {
      const one = file(name);
      Object.defineProperty(one, 'size', { value: 60 * 2 ** 20 });
      return one;
    });
    await attachments.add(anna, large);
    expect(fake.callsTo('attachments:stage').map(({ files }) => files.length)).toEqual([4, 2]);
    expect(shown()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('drops nothing that main does not take, and takes it on a second try', async () => {
    const { fake, kept, attachments, state } = setUp();
    fake.answer('attachments:stage', () => err(appError('disk-full')));
    expect(await attachments.add(anna, [file('a.txt')])).toBe(false);
    expect(state().unstaged.get(anna)).toMatchObject({ files: [{ name: 'a.txt' }], error: { code: 'disk-full' } });
    await attachments.send(anna);
    expect(fake.callsTo('attachments:send')).toEqual([]);
    keepTrays(fake);
    expect(await attachments.addAgain(anna)).toBe(true);
    expect(state().unstaged.size).toBe(0);
    expect(kept(anna)).toEqual([]);
    expect(state().trays.get(anna)?.staged).toHaveLength(1);
  });

  it('keeps what main could not keep, with the reason, and shows the others', async () => {
    const { fake, attachments, state, shown } = setUp();
    const notTaken = [{ at: 1, code: 'disk-full' as const }];
    fake.answer('attachments:stage', () => ok({ tray: aTray(anna, [aStaged('a'), aStaged('c')]), notTaken }));
    expect(await attachments.add(anna, ['a', 'b', 'c'].map(file))).toBe(false);
    expect(shown()).toEqual(['a', 'c']);
    expect(state().unstaged.get(anna)).toMatchObject({ files: [{ name: 'b' }], error: { code: 'disk-full' } });
    keepTrays(fake);
    expect(await attachments.addAgain(anna)).toBe(true);
    expect(
      fake
        .callsTo('attachments:stage')
        .at(-1)
        ?.files.map(({ name }) => name),
    ).toEqual(['b']);
    expect(state().unstaged.size).toBe(0);
  });

  it('closes the tray when the last file is removed, and not before', async () => {
    const { attachments, state } = setUp([aStaged('a'), aStaged('b')]);
    await attachments.open(anna);
    await attachments.remove(anna, [aStaged('a').stagedId]);
    expect(state().openPeerId).toBe(anna);
    await attachments.remove(anna, [aStaged('b').stagedId]);
    expect(state().openPeerId).toBeNull();
  });

  it('shows a new order at once, and main has the same in the end, however fast the moves follow', async () => {
    const { kept, attachments, shown } = setUp([aStaged('a'), aStaged('b'), aStaged('c')]);
    await attachments.open(anna);
    const first = attachments.move(anna, aStaged('c').stagedId, 0);
    expect(shown()).toEqual(['c', 'a', 'b']);
    const second = attachments.move(anna, aStaged('a').stagedId, 2);
    expect(shown()).toEqual(['c', 'b', 'a']);
    await first;
    expect(shown()).toEqual(['c', 'b', 'a']);
    await second;
    expect(kept(anna).map(({ name }) => name)).toEqual(['c', 'b', 'a']);
  });

  it('goes back to what main has where something does not work, and says so', async () => {
    const { fake, attachments, state, shown } = setUp([aStaged('a'), aStaged('b')]);
    await attachments.open(anna);
    fake.answer('attachments:arrange', () => err(appError('store-unavailable')));
    await attachments.move(anna, aStaged('b').stagedId, 0);
    expect(shown()).toEqual(['a', 'b']);
    expect(state().problems.get(anna)?.code).toBe('store-unavailable');
  });

  it('sends what can be sent, in the order shown, with the caption, once', async () => {
    const { fake, boxes, attachments, state } = setUp([aStaged('a'), aStaged('b', { problem: 'empty' }), aStaged('c')]);
    await attachments.open(anna);
    await Promise.all([attachments.send(anna), attachments.send(anna)]);
    expect(fake.callsTo('attachments:send')).toEqual([
      {
        commandId: 'command',
        peerId: anna,
        stagedIds: [aStaged('a').stagedId, aStaged('c').stagedId],
        caption: 'look',
      },
    ]);
    expect(boxes.settled).toEqual([[anna, '', null]]);
    // The one that did not go is still there to be seen.
    expect(state().openPeerId).toBe(anna);
    expect(
      state()
        .trays.get(anna)
        ?.staged.map(({ name }) => name),
    ).toEqual(['b']);
  });

  it('closes the tray when all that was in it is on its way', async () => {
    const { attachments, state } = setUp([aStaged('a')]);
    await attachments.open(anna);
    await attachments.send(anna);
    expect(state().openPeerId).toBeNull();
  });

  it('follows the copying while it sends', async () => {
    const { fake, attachments, state } = setUp([aStaged('a'), aStaged('b')]);
    await attachments.open(anna);
    const answer = createDeferred<void>();
    fake.answer('attachments:send', async () => {
      await answer.promise;
      return ok({ sentCount: 2, tray: aTray(anna, []) });
    });
    const sending = attachments.send(anna);
    expect(state().sending.get(anna)).toBe('look');
    fake.emit(
      'attachments:trayChanged',
      aTray(anna, [aStaged('b')], {
        preparing: { stagedId: aStaged('b').stagedId, doneBytes: 5 },
      }),
    );
    expect(state().trays.get(anna)?.preparing?.doneBytes).toBe(5);
    answer.resolve();
    await sending;
    expect(state().sending.size).toBe(0);
  });

  it('shows nothing that was said before what it shows, whichever comes first', async () => {
    const { fake, attachments, shown } = setUp([aStaged('a'), aStaged('b')]);
    await attachments.open(anna);
    const late = aTray(anna, [aStaged('b')], { preparing: { stagedId: aStaged('b').stagedId, doneBytes: 0 } });
    fake.answer('attachments:send', () => ok({ sentCount: 1, tray: aTray(anna, [aStaged('c')]) }));
    await attachments.send(anna);
    fake.emit('attachments:trayChanged', late);
    expect(shown()).toEqual(['c']);
  });

  it('gives the caption back where no file went, with the reason where there is one', async () => {
    const { fake, boxes, attachments, state } = setUp([aStaged('a')]);
    await attachments.open(anna);
    const left = aTray(anna, [aStaged('a', { problem: 'vanished' })]);
    fake.answer('attachments:send', () => ok({ sentCount: 0, tray: left }));
    await attachments.send(anna);
    fake.answer('attachments:send', () => err(appError('store-unavailable')));
    fake.answer('attachments:getTray', () => ok(aTray(anna, [aStaged('a')])));
    await attachments.open(anna);
    await attachments.send(anna);
    expect(state().problems.get(anna)?.code).toBe('store-unavailable');
    expect(boxes.settled).toEqual([
      [anna, 'look', null],
      [anna, 'look', appError('store-unavailable')],
    ]);
  });

  it('sends nothing while the caption is too long to be sent', async () => {
    const { fake, boxes, attachments } = setUp([aStaged('a')]);
    boxes.text = null;
    await attachments.open(anna);
    await attachments.send(anna);
    expect(fake.callsTo('attachments:send')).toEqual([]);
  });

  it('hears of trays that it shows, and of no others after its end', async () => {
    const { fake, attachments, shown, state } = setUp([aStaged('a')]);
    fake.emit('attachments:trayChanged', aTray(3, [aStaged('x')]));
    expect(state().trays.size).toBe(0);
    await attachments.open(anna);
    attachments.dispose();
    fake.emit('attachments:trayChanged', aTray(anna, []));
    expect(shown()).toEqual(['a']);
  });
});
