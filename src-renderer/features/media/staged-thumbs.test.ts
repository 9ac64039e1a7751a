import { expect, it } from 'vitest';
import { stagedId } from '../../../src-shared/kernel/ids.ts';
import { createStagedThumbs } from './staged-thumbs.ts';

function createRig() {
  const asked: string[] = [];
  const thumbs = createStagedThumbs({
    shrink: async (url, isWanted) => {
      asked.push(url);
      return isWanted?.() === false ? null : { bytes: new Uint8Array([1, 2]), width: 4, height: 3, isDamaged: false };
    },
  });
  return { thumbs, asked };
}
const wanted = (): boolean => true;

it('the small copy of a picture in a tray is made once, and given out whole each time', async () => {
  const { thumbs, asked } = createRig();
  const first = await thumbs(stagedId('a'), '', wanted);
  first?.fill(0);
  expect(await thumbs(stagedId('a'), '', wanted)).toEqual(new Uint8Array([1, 2]));
  expect(asked).toEqual([`app-media://staged/${stagedId('a')}`]);
});

it('one of a file that was changed is made anew', async () => {
  const { thumbs, asked } = createRig();
  await thumbs(stagedId('a'), '1', wanted);
  await thumbs(stagedId('a'), '2', wanted);
  expect(asked).toHaveLength(2);
});

it('one that nobody wanted when its turn came is made when it is wanted again', async () => {
  const { thumbs } = createRig();
  expect(await thumbs(stagedId('a'), '', () => false)).toBeNull();
  expect(await thumbs(stagedId('a'), '', wanted)).toHaveLength(2);
});

it('of more than a tray sends, those that were looked at last are kept', async () => {
  const { thumbs, asked } = createRig();
  for (let at = 0; at < 201; at += 1) await thumbs(stagedId(`${at}`), '', wanted);
  await thumbs(stagedId('1'), '', wanted);
  expect(asked).toHaveLength(201);
  await thumbs(stagedId('0'), '', wanted);
  expect(asked).toHaveLength(202);
});
