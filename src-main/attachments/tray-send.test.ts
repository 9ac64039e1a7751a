import { rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maxStagedFiles } from '../../src-shared/domain/attachment.ts';
import { exifSegment, jpeg, png } from '../../src-shared/media/testing/sample-images.ts';
import type { StagedId } from '../../src-shared/kernel/ids.ts';
import { anna, ben, createTrayRig, idsOf, saidOf, type TrayRig } from './testing/tray-rig.ts';

let rig: TrayRig;
beforeEach(async () => {
  rig = await createTrayRig();
});
afterEach(() => rig.remove());

/** A photo that says where it was taken. */
const photo = (): Uint8Array => jpeg(40, 30, exifSegment(6));
const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();

describe('Send', () => {
  it('makes a message of each, in order, then of the caption, and empties the tray', async () => {
    const view = await rig.stage([rig.file('b.txt', 'of b'), rig.file('a.png', png(4, 4))]);
    const { sentCount, tray } = await rig.send(idsOf(view), 'look');
    expect([sentCount, saidOf(tray)]).toEqual([2, []]);
    expect(rig.outbox()).toEqual(['file b.txt', 'image a.png', 'text look']);
    expect((await rig.spooled()).map(text)[0]).toBe('of b');
  });

  it('takes the place out of a photo, unless it is the original or goes as a file', async () => {
    const view = await rig.stage(['1.jpg', '2.jpg', '3.jpg'].map((name) => rig.file(name, photo())));
    expect(view.staged.map(({ hasMetadata }) => hasMetadata)).toEqual([true, true, true]);
    const [, original, asFile] = idsOf(view) as [StagedId, StagedId, StagedId];
    const set = { peerId: anna, isAsFile: false, keepsMetadata: false };
    await rig.tray().set({ ...set, stagedId: original, keepsMetadata: true });
    await rig.tray().set({ ...set, stagedId: asFile, isAsFile: true });
    await rig.send(idsOf(view));
    expect(rig.outbox()).toEqual(['image 1.jpg', 'image 2.jpg', 'file 3.jpg']);
    const [stripped, kept, file] = await rig.spooled();
    expect([kept, file]).toEqual([photo(), photo()]);
    expect(text(stripped)).not.toContain('GPS');
    expect(stripped!.length).toBeLessThan(photo().length);
  });

  it('looks at each once more, leaves what went wrong in the tray with the reason, and the others go', async () => {
    const gone = rig.file('gone.txt');
    const grown = rig.file('grown.txt');
    const emptied = rig.file('emptied.txt');
    const view = await rig.stage([gone, grown, emptied, rig.file('a.txt')]);
    rmSync(gone);
    writeFileSync(grown, 'x'.repeat(101));
    truncateSync(emptied);
    rig.limit.bytes = 100;
    const { sentCount, tray } = await rig.send(idsOf(view), 'look');
    expect(sentCount).toBe(1);
    expect(saidOf(tray)).toEqual(['gone.txt: vanished', 'grown.txt: too-large', 'emptied.txt: empty']);
    expect(rig.outbox()).toEqual(['file a.txt', 'text look']);
  });

  it('holds back what is not what the person saw, and sends it as it is now when they press Send again', async () => {
    const view = await rig.stage([rig.file('a.txt', 'seen'), rig.file('b.txt')]);
    rig.file('a.txt', 'another thing');
    const { sentCount, tray } = await rig.send(idsOf(view));
    expect([sentCount, saidOf(tray)]).toEqual([1, ['a.txt: changed']]);
    expect(tray.staged).toMatchObject([{ sizeBytes: 13 }]);
    expect(rig.outbox()).toEqual(['file b.txt']);
    await rig.send(idsOf(tray));
    expect((await rig.spooled()).map(text)).toEqual(['b.txt', 'another thing']);
  });

  it('sends what was changed and has been looked at since', async () => {
    const view = await rig.stage([rig.file('a.txt', 'seen')]);
    rig.file('a.txt', 'another thing');
    expect(saidOf(await rig.tray().get(anna))).toEqual(['a.txt']);
    expect(await rig.send(idsOf(view))).toMatchObject({ sentCount: 1 });
  });

  it('takes a thousand files at once: each is sent or named, and those left go with the next press', async () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `${at}.txt`);
    const view = await rig.stage(names.map((name) => rig.file(name)));
    const tooMany = (name: string): string => `${name}: too-many`;
    expect(saidOf(view)).toEqual([...names.slice(0, maxStagedFiles), ...names.slice(maxStagedFiles).map(tooMany)]);
    const sendable = view.staged.filter(({ problem }) => problem === null).map(({ stagedId }) => stagedId);
    const { sentCount, tray } = await rig.send(sendable);
    expect(sentCount).toBe(maxStagedFiles);
    expect(rig.outbox()).toEqual(names.slice(0, maxStagedFiles).map((name) => `file ${name}`));
    const left = names.slice(maxStagedFiles);
    expect(saidOf(tray)).toEqual([...left.slice(0, maxStagedFiles), ...left.slice(maxStagedFiles).map(tooMany)]);
  }, 120_000);

  it('keeps the caption where no file went', async () => {
    const gone = rig.file('gone.txt');
    const view = await rig.stage([gone]);
    rmSync(gone);
    expect(await rig.send(idsOf(view), 'look')).toMatchObject({ sentCount: 0 });
    expect(rig.outbox()).toEqual([]);
  });

  it('sends what a link points to, under the name of the link', async () => {
    const link = path.join(path.dirname(rig.file('target.txt', 'content')), 'link.txt');
    symlinkSync('target.txt', link);
    await rig.send(idsOf(await rig.stage([link])));
    expect(rig.outbox()).toEqual(['file link.txt']);
    expect((await rig.spooled()).map(text)).toEqual(['content']);
  });

  it('tells the window what is being copied and how far it is', async () => {
    const view = await rig.stage([rig.file('a', 'x'.repeat(1_000_000)), rig.file('b')]);
    rig.hooks.beforeCommit = () => rig.clock.advance(1_000);
    await rig.send(idsOf(view));
    const [a, b] = idsOf(view);
    expect(rig.told.map(({ preparing }) => preparing?.stagedId)).toEqual([a, b]);
    expect(rig.told.map(saidOf)).toEqual([['a', 'b'], ['b']]);
    expect(rig.told[0]?.preparing?.doneBytes).toBeGreaterThanOrEqual(0);
  });

  it('tells the window of hundreds of small files no more than five times a second', async () => {
    const view = await rig.stage(Array.from({ length: 40 }, (_, at) => rig.file(`${at}`)));
    rig.hooks.beforeCommit = () => rig.clock.advance(20);
    await rig.send(idsOf(view));
    expect(rig.told).toHaveLength(4);
  });

  it('sends a file as the person chose while those before it were copied', async () => {
    const view = await rig.stage([rig.file('a'), rig.file('b.jpg', photo()), rig.file('c.jpg', photo())]);
    const [, b, c] = idsOf(view) as [StagedId, StagedId, StagedId];
    const choose = (stagedId: StagedId, isAsFile: boolean) =>
      rig.tray().set({ peerId: anna, stagedId, isAsFile, keepsMetadata: !isAsFile });
    const chosen: Promise<unknown>[] = [];
    rig.hooks.beforeCommit = () => {
      if (chosen.length === 0) chosen.push(choose(b, false), choose(c, true));
    };
    await rig.send(idsOf(view));
    await Promise.all(chosen);
    expect(rig.outbox()).toEqual(['file a', 'image b.jpg', 'file c.jpg']);
    expect((await rig.spooled()).slice(1)).toEqual([photo(), photo()]);
  });

  it('sends nothing that was taken out of the tray meanwhile, and it does not come back', async () => {
    const view = await rig.stage([rig.file('a'), rig.file('b'), rig.file('c')]);
    const [, b, c] = idsOf(view) as [StagedId, StagedId, StagedId];
    let isFirst = true;
    rig.hooks.beforeCommit = async () => {
      if (isFirst) await rig.tray().unstage(anna, [b]);
      isFirst = false;
    };
    const { sentCount, tray } = await rig.send(idsOf(view));
    expect([sentCount, saidOf(tray)]).toEqual([2, []]);
    expect(rig.outbox()).toEqual(['file a', 'file c']);
    expect(saidOf(await rig.tray().get(anna))).toEqual([]);
    expect(c).toBeDefined();
  });

  it('sends each once, however often it is asked', async () => {
    const view = await rig.stage([rig.file('a'), rig.file('b')]);
    const both = await Promise.all([rig.send(idsOf(view), 'one'), rig.send(idsOf(view), 'two')]);
    expect(both.map(({ sentCount }) => sentCount)).toEqual([2, 0]);
    expect(rig.outbox()).toEqual(['file a', 'file b', 'text one']);
  });

  it('cut off anywhere, has each file either in the tray or on its way', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const view = await rig.stage(names.map((name) => rig.file(name)));
    let commits = 0;
    rig.hooks.beforeCommit = () => {
      commits += 1;
      if (commits === 3) throw new Error('the program ends here');
    };
    await expect(rig.send(idsOf(view), 'look')).rejects.toThrow('ends here');
    rig.hooks.beforeCommit = () => {};
    await rig.restart();
    const left = await rig.tray().get(anna);
    expect(rig.outbox()).toEqual(['file a', 'file b']);
    expect(saidOf(left)).toEqual(['c', 'd']);
    await rig.send(idsOf(left), 'look');
    expect(rig.outbox()).toEqual(['file a', 'file b', 'file c', 'file d', 'text look']);
    expect((await rig.spooled()).map(text)).toEqual(names);
  });

  it('can be asked again where the store did not take a file', async () => {
    const view = await rig.stage([rig.file('a')]);
    rig.store.fail('enqueueAttachment', 'disk-full');
    await expect(rig.send(idsOf(view))).rejects.toMatchObject({ code: 'disk-full' });
    expect(saidOf(await rig.tray().get(anna))).toEqual(['a']);
    await rig.send(idsOf(view));
    expect(rig.outbox()).toEqual(['file a']);
  });

  it('sends what could not be taken out of the tray', async () => {
    const view = await rig.stage([rig.file('a'), rig.file('b')]);
    rig.store.fail('removeStaged', 'disk-full');
    await expect(rig.tray().unstage(anna, idsOf(view).slice(0, 1))).rejects.toMatchObject({ code: 'disk-full' });
    expect(saidOf(await rig.tray().get(anna))).toEqual(['a', 'b']);
    expect(await rig.send(idsOf(view))).toMatchObject({ sentCount: 2 });
    expect(rig.outbox()).toEqual(['file a', 'file b']);
  });

  it('does not wait for a send to somebody else', async () => {
    const first = await rig.stage([rig.file('a')]);
    const second = await rig.stage([rig.file('b')], ben);
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    rig.hooks.beforeCommit = (peerId) => (peerId === anna ? held : undefined);
    const slow = rig.send(idsOf(first));
    await rig.send(idsOf(second), '', ben);
    expect(rig.outbox()).toHaveLength(1);
    release();
    await slow;
    expect(rig.outbox()).toHaveLength(2);
  });
});
