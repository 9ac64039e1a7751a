import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { maxStagedFiles } from '../../src-shared/domain/attachment.ts';
import { png } from '../../src-shared/media/testing/sample-images.ts';
import type { StagedId } from '../../src-shared/kernel/ids.ts';
import { err } from '../../src-shared/kernel/result.ts';
import { readAll } from '../files/testing/blob-rig.ts';
import { anna, ben, createTrayRig, idsOf, saidOf, type TrayRig } from './testing/tray-rig.ts';

let rig: TrayRig;
beforeEach(async () => {
  rig = await createTrayRig();
});
afterEach(() => rig.remove());

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
    const { tray: view } = await rig.tray().stage(anna, [picture('Pasted.png')]);
    expect(view.staged).toMatchObject([{ name: 'Pasted.png', kind: 'image', width: 20, height: 10, problem: null }]);
    await rig.restart();
    expect(saidOf(await rig.tray().get(anna))).toEqual(['Pasted.png']);
    await rig.send(idsOf(view));
    expect(await rig.spooled()).toEqual([png(20, 10)]);
  });

  it('names bytes that the window could not hand over, for good, and the others go on', async () => {
    rig.limit.bytes = 100_000_000;
    const large = { name: 'film\u202E.mkv', sizeBytes: 70_000_000 };
    const { tray: view } = await rig.tray().stage(anna, [large, picture('Pasted.png')]);
    expect(saidOf(view)).toEqual(['film\uFFFD.mkv: too-large-to-paste', 'Pasted.png']);
    expect(await rig.send(idsOf(view))).toMatchObject({ sentCount: 1 });
    expect(rig.outbox()).toEqual(['image Pasted.png']);
    expect(saidOf(await rig.tray().get(anna))).toEqual(['film\uFFFD.mkv: too-large-to-paste']);
  });

  it('names what the window could not read, for good, and the others go on', async () => {
    const { tray: view } = await rig.tray().stage(anna, [{ name: 'gone.txt', isUnreadable: true }, picture('a.png')]);
    expect(saidOf(view)).toEqual(['gone.txt: unreadable', 'a.png']);
    expect(saidOf(await rig.tray().get(anna))).toEqual(['gone.txt: unreadable', 'a.png']);
    expect(await rig.send(idsOf(view))).toMatchObject({ sentCount: 1 });
    expect(rig.outbox()).toEqual(['image a.png']);
  });

  it('takes all but those whose bytes cannot be kept, and says which: the window has them still', async () => {
    const { write } = rig.blobs();
    vi.spyOn(rig.blobs(), 'write').mockImplementation(async (source, options) =>
      options.maxBytes === 13 ? err('disk-full') : write(source, options),
    );
    const lost = { name: 'lost.txt', bytes: new Uint8Array(13) };
    const { tray: view, notTaken } = await rig
      .tray()
      .stage(anna, [{ path: rig.file('a.txt') }, lost, picture('Pasted.png')]);
    expect(saidOf(view)).toEqual(['a.txt', 'Pasted.png']);
    expect(notTaken).toEqual([{ at: 1, code: 'disk-full' }]);
  });

  it('takes none of them where the store does not: the window has them still', async () => {
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
