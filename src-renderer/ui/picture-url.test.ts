import { expect, test } from 'vitest';
import { pictureUrl } from './picture-url.ts';

test('a picture in an address becomes one in memory, made once', () => {
  const made: Blob[] = [];
  URL.createObjectURL = (blob) => `blob:app/${made.push(blob as Blob)}`;
  const url = pictureUrl('data:image/png;base64,iVBORw==');
  expect(url).toBe('blob:app/1');
  expect(pictureUrl('data:image/png;base64,iVBORw==')).toBe(url);
  expect(made[0]?.type).toBe('image/png');
  expect(made[0]?.size).toBe(4);
});

test('what is no picture after all shows nothing', () => {
  expect(pictureUrl('data:text/html;base64,PGI+')).toBeNull();
  expect(pictureUrl('data:image/png;base64,***')).toBeNull();
});
