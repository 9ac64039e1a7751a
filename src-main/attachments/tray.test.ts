import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maxStagedFiles } from '../../src-shared/domain/attachment.ts';
import { exifSegment, jpeg, png } from '../../src-shared/media/testing/sample-images.ts';
import type { StagedId } from '../../src-shared/kernel/ids.ts';
import { readAll } from '../files/testing/blob-rig.ts';
import { anna, ben, createTrayRig, idsOf, saidOf, valueOf, type TrayRig } from './testing/tray-rig.ts';

let rig: TrayRig;
beforeEach(async () => {
  rig = await createTrayRig();
});
afterEach(() => rig.remove());

/** A photo that says where it was taken. */
const photo = (): Uint8Array => jpeg(40, 30, exifSegment(6));
const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();
const picture = (name: string) => ({ name, bytes: png(20, 10) as Uint8Array<ArrayBuffer> });

describe('the tray', () => {
  it('has what was put in, in order and for one person, under cleaned names and without paths', async () => {
    const view = await rig.stage([rig.file('b.txt'), rig.file('合同 👋.pdf'), rig.file('in\u202Efdp.exe')]);
    await rig.stage([rig.file('c.txt')], ben);
    expect(saidOf(view)).toEqual(['b.txt', '合同 👋.pdf', 'in\uFFFDfdp.exe']);
    expect(JSON.stringify(view)).not.toContain(path.dirname(rig.file('x')));
    expect(saidOf(await rig.tray().get(ben))).toEqual(['c.txt']);
  });

  it('says of each what is wrong with it, and the others are not held up', async () => {
    const folder = rig.file('gone.txt');
    rmSync(folder);
    const dir = path.join(path.dirname(folder), 'folder');
    mkdirSync(dir);
    rig.limit.bytes = 10;
    const view = await rig.stage([
      dir,
      folder,
      rig.file('empty', ''),
      rig.file('large', 'x'.repeat(11)),
      rig.file('a.txt'),
    ]);
    expect(saidOf(view)).toEqual(['folder: folder', 'gone.txt: vanished', 'empty: empty', 'large: too-large', 'a.txt']);
    expect(view.maxFileBytes).toBe(10);
  });

  it('takes each file over the number that one tray sends as one too many, until there is room', async () => {
    const paths = Array.from({ length: maxStagedFiles + 2 }, (_, at) => rig.file(`${at}.txt`));
    const view = await rig.stage(paths);
    expect(saidOf(view).slice(-3)).toEqual([
      `${maxStagedFiles - 1}.txt`,
      `${maxStagedFiles}.txt: too-many`,
      `${maxStagedFiles + 1}.txt: too-many`,
    ]);
    const less = await rig.tray().unstage(anna, idsOf(view).slice(0, 1));
    expect(saidOf(less).slice(-2)).toEqual([`${maxStagedFiles}.txt`, `${maxStagedFiles + 1}.txt: too-many`]);
  });

  it('keeps bytes that have no file at once, encrypted, and has them after a restart', async () => {
    const view = valueOf(await rig.tray().stage(anna, [picture('Pasted.png')]));
    expect(view.staged).toMatchObject([{ name: 'Pasted.png', kind: 'image', width: 20, height: 10, problem: null }]);
    await rig.restart();
    expect(saidOf(await rig.tray().get(anna))).toEqual(['Pasted.png']);
    await rig.send(idsOf(view));
    expect(await rig.spooled()).toEqual([png(20, 10)]);
  });

  it('names bytes that the window could not hand over, for good, and the others go on', async () => {
    rig.limit.bytes = 100_000_000;
    const large = { name: 'film\u202E.mkv', sizeBytes: 70_000_000 };
    const view = valueOf(await rig.tray().stage(anna, [large, picture('Pasted.png')]));
    expect(saidOf(view)).toEqual(['film\uFFFD.mkv: too-large-to-paste', 'Pasted.png']);
    expect(await rig.send(idsOf(view))).toMatchObject({ sentCount: 1 });
    expect(rig.outbox()).toEqual(['image Pasted.png']);
    expect(saidOf(await rig.tray().get(anna))).toEqual(['film\uFFFD.mkv: too-large-to-paste']);
  });

  it('takes none of them where bytes cannot be kept: the window has them still', async () => {
    rig.store.fail('putStaged', 'disk-full');
    await expect(rig.tray().stage(anna, [{ path: rig.file('a.txt') }])).rejects.toMatchObject({ code: 'disk-full' });
    expect(rig.rows()).toEqual([]);
  });

  it('keeps what the person chose while it was looked at', async () => {
    const [stagedId] = idsOf(await rig.stage([rig.file('a.txt')]));
    if (stagedId === undefined) throw new Error('nothing was staged');
    rig.file('a.txt', 'longer by now');
    const looking = rig.tray().get(anna);
    await rig.tray().set({ peerId: anna, stagedId, isAsFile: true, keepsMetadata: true });
    await looking;
    expect(rig.rows()).toMatchObject([{ sizeBytes: 13, isAsFile: true, keepsMetadata: true }]);
  });

  it('looks again at what was wrong when it is opened', async () => {
    const file = rig.file('a.txt');
    rmSync(file);
    expect(saidOf(await rig.stage([file]))).toEqual(['a.txt: vanished']);
    rig.file('a.txt');
    expect(saidOf(await rig.tray().get(anna))).toEqual(['a.txt']);
    rmSync(file);
    expect(saidOf(await rig.tray().get(anna))).toEqual(['a.txt: vanished']);
  });

  it('goes by the limit of the moment', async () => {
    const view = await rig.stage([rig.file('a.txt', 'x'.repeat(50))]);
    rig.limit.bytes = 49;
    expect(saidOf(await rig.tray().arrange(anna, idsOf(view)))).toEqual(['a.txt: too-large']);
    rig.limit.bytes = 50;
    expect(saidOf(await rig.tray().arrange(anna, idsOf(view)))).toEqual(['a.txt']);
  });

  it('is put in another order, which is kept', async () => {
    const view = await rig.stage(['a', 'b', 'c'].map((name) => rig.file(name)));
    const [a, , c] = idsOf(view) as [StagedId, StagedId, StagedId];
    expect(saidOf(await rig.tray().arrange(anna, [c, a]))).toEqual(['c', 'a', 'b']);
    await rig.restart();
    expect(saidOf(await rig.tray().get(anna))).toEqual(['c', 'a', 'b']);
  });

  it('shows the image of a row, and nothing of what is none', async () => {
    const view = await rig.stage([rig.file('a.png', png(3, 3)), rig.file('a.txt')]);
    const [image, other] = idsOf(view) as [StagedId, StagedId];
    const bytes = await rig.tray().image(image);
    expect(bytes?.sizeBytes).toBe(png(3, 3).length);
    expect(await readAll(bytes!.read(0, 1_000))).toEqual(png(3, 3));
    expect(await rig.tray().image(other)).toBeNull();
    expect(await rig.tray().image('none' as StagedId)).toBeNull();
  });
});

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
