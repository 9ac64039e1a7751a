import { expect, it } from 'vitest';
import { maxPastedBytes } from '../../src-shared/domain/attachment.ts';
import { requests } from '../../src-shared/ipc/contract.ts';
import { handOver } from './hand-over.ts';

const pathOf = (file: File): string => (file.name.startsWith('pasted') ? '' : `/home/me/${file.name}`);
/** Only says that it is so large. */
const largeFile = (name: string) => {
  const file = new File(['x'], name);
  Object.defineProperty(file, 'size', { value: maxPastedBytes + 1 });
  Object.defineProperty(file, 'arrayBuffer', { value: () => Promise.reject(new Error('it was read')) });
  return file;
};

it('hands over a file of the disk as its path, however large, and one without a path as its bytes', async () => {
  expect(await handOver(largeFile('film.mkv'), pathOf)).toEqual({ path: '/home/me/film.mkv' });
  const bytes = new TextEncoder().encode('hello');
  expect(await handOver(new File(['hello'], 'pasted.txt'), pathOf)).toEqual({ name: 'pasted.txt', bytes });
  expect(await handOver({ name: 'text.txt', bytes, path: '/etc/passwd' }, pathOf)).toEqual({ name: 'text.txt', bytes });
});

it('names what cannot be read, and hands over the files beside it', async () => {
  const unreadable = new File(['x'], 'pasted.txt');
  Object.defineProperty(unreadable, 'arrayBuffer', {
    value: () => Promise.reject(new DOMException('gone', 'NotReadableError')),
  });
  const files = await Promise.all([unreadable, new File(['hello'], 'pasted.md')].map((file) => handOver(file, pathOf)));
  expect(files).toMatchObject([{ name: 'pasted.txt', isUnreadable: true }, { name: 'pasted.md' }]);
  expect(requests['attachments:stage'].request.safeParse({ peerId: 2, files }).success).toBe(true);
});

it('names what is too large to be handed over instead of reading it, and main takes the request', async () => {
  const tooLarge = await handOver(largeFile('pasted.mkv'), pathOf);
  const text = await handOver({ name: 'text.txt', bytes: new Uint8Array(maxPastedBytes + 1) }, pathOf);
  const sizeBytes = maxPastedBytes + 1;
  expect([tooLarge, text]).toEqual([
    { name: 'pasted.mkv', sizeBytes },
    { name: 'text.txt', sizeBytes },
  ]);
  const files = [tooLarge, await handOver(new File(['hello'], 'pasted.txt'), pathOf), text];
  expect(requests['attachments:stage'].request.safeParse({ peerId: 2, files }).success).toBe(true);
});
