import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { blobId } from '../../../src-shared/kernel/ids.ts';
import { createPictures, createThumbs, type PictureRequest, type Pictures } from './picture-work.ts';

type FakeWorker = {
  readonly asked: PictureRequest[];
  isEnded: boolean;
  readonly answer: (id: number) => void;
  readonly fail: () => void;
};
const made = { bytes: new Uint8Array([1]), width: 10, height: 20, isDamaged: false };

function createRig(): { pictures: Pictures; workers: FakeWorker[] } {
  const workers: FakeWorker[] = [];
  const pictures = createPictures(({ reply, failed }) => {
    const worker: FakeWorker = {
      asked: [],
      isEnded: false,
      answer: (id) => reply({ id, picture: made }),
      fail: failed,
    };
    workers.push(worker);
    return {
      ask: (request) => worker.asked.push(request),
      end: () => {
        worker.isEnded = true;
      },
    };
  });
  return { pictures, workers };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('makes one picture at a time, and ends its worker when there is nothing more to do', async () => {
  const { pictures, workers } = createRig();
  const all = ['a', 'b', 'c'].map((url) => pictures.shrink(url));
  expect(workers[0]?.asked.map(({ url }) => url)).toEqual(['a']);
  workers[0]?.answer(1);
  expect(workers[0]?.asked.map(({ url }) => url)).toEqual(['a', 'b']);
  workers[0]?.answer(2);
  workers[0]?.answer(3);
  expect(await Promise.all(all)).toEqual([made, made, made]);
  expect(workers[0]?.isEnded).toBe(false);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(workers[0]?.isEnded).toBe(true);
  void pictures.toPng('d');
  expect(workers[1]?.asked).toEqual([{ id: 4, job: 'to-png', url: 'd', nextUrl: null }]);
});

it('tells the worker what will be next, so that its bytes come meanwhile', () => {
  const { pictures, workers } = createRig();
  for (const url of ['a', 'b', 'c']) void pictures.shrink(url);
  for (const id of [1, 2]) workers[0]?.answer(id);
  expect(workers[0]?.asked.map(({ url, nextUrl }) => [url, nextUrl])).toEqual([
    ['a', null],
    ['b', 'c'],
    ['c', null],
  ]);
});

it('goes on with the next picture where one brings the worker down or never ends', async () => {
  const { pictures, workers } = createRig();
  const [crashing, endless, good] = ['crash', 'endless', 'good'].map((url) => pictures.shrink(url));
  workers[0]?.fail();
  expect(await crashing).toBeNull();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await endless).toBeNull();
  workers[2]?.answer(3);
  expect(await good).toBe(made);
  expect(workers.map(({ isEnded }) => isEnded)).toEqual([true, true, false]);
});

it('leaves out what nobody wants any more when its turn comes', async () => {
  const { pictures, workers } = createRig();
  let isWanted = true;
  void pictures.shrink('a');
  const left = pictures.shrink('b', () => isWanted);
  void pictures.shrink('c');
  isWanted = false;
  workers[0]?.answer(1);
  expect(await left).toBeNull();
  expect(workers[0]?.asked.map(({ url }) => url)).toEqual(['a', 'c']);
});

it('leaves nobody waiting when the account is left', async () => {
  const { pictures } = createRig();
  const all = ['a', 'b', 'c'].map((url) => pictures.shrink(url));
  pictures.dispose();
  expect(await Promise.all(all)).toEqual([null, null, null]);
});

it('has the small copy of a picture made once, and kept', async () => {
  const { pictures, workers } = createRig();
  const kept: unknown[] = [];
  let isRoom = true;
  const keep = async (thumb: unknown): Promise<{ ok: boolean }> => {
    kept.push(thumb);
    return { ok: isRoom };
  };
  const want = createThumbs({ pictures, keep, urlOf: (id) => `x:${id}` });
  const id = blobId('ab');
  void want(id);
  void want(id);
  expect(workers[0]?.asked).toEqual([{ id: 1, job: 'shrink', url: 'x:ab', nextUrl: null }]);
  workers[0]?.answer(1);
  await vi.advanceTimersByTimeAsync(0);
  expect(kept).toEqual([{ blobId: id, ...made }]);
  // Another one, for which there is no room.
  isRoom = false;
  const other = blobId('cd');
  void want(other);
  workers[0]?.answer(2);
  await vi.advanceTimersByTimeAsync(0);
  void want(other);
  void want(id);
  expect(workers[0]?.asked.map(({ url }) => url)).toEqual(['x:ab', 'x:cd', 'x:cd']);
});

it('has the small copy of a picture that could not be made tried once more when it is next wanted', async () => {
  const { pictures, workers } = createRig();
  const kept: unknown[] = [];
  const keep = async (thumb: unknown): Promise<{ ok: boolean }> => ({ ok: kept.push(thumb) > 0 });
  const want = createThumbs({ pictures, keep, urlOf: (id) => `x:${id}` });
  const [mended, broken] = [blobId('ab'), blobId('cd')];
  for (const id of [mended, broken]) void want(id);
  workers[0]?.fail();
  workers[1]?.fail();
  await vi.advanceTimersByTimeAsync(0);
  const canBeShown = [mended, broken].map(want);
  workers[2]?.answer(3);
  workers[2]?.fail();
  expect(await Promise.all(canBeShown)).toEqual([true, false]);
  expect(kept).toEqual([{ blobId: mended, ...made }]);
  for (const id of [mended, broken]) void want(id);
  expect(workers.flatMap(({ asked }) => asked.map(({ url }) => url))).toEqual(['x:ab', 'x:cd', 'x:ab', 'x:cd']);
});
