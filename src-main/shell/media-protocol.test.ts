import { describe, expect, it } from 'vitest';
import { png as samplePng } from '../../src-shared/media/testing/sample-images.ts';
import { bytesOf, isSame } from '../files/testing/blob-rig.ts';
import type { ImageBytes } from '../transfers/image-shape.ts';
import { createMediaProtocol } from './media-protocol.ts';

const id = 'ab'.repeat(32);
const stagedId = '0b0e7f0a-6a3e-4b7e-9e0a-1f2e3d4c5b6a';

/** An image of these dimensions, followed by bytes that make it as long as wanted. */
function png(width: number, height: number, length = 0): Uint8Array {
  const image = samplePng(width, height);
  return Buffer.concat([image, bytesOf(Math.max(0, length - image.length))]);
}

function inMemory(bytes: Uint8Array, cutAt = bytes.length): ImageBytes & { readonly asked: number[] } {
  const asked: number[] = [];
  return {
    sizeBytes: bytes.length,
    asked,
    async *read(start, end) {
      asked.push(end - start);
      for (let at = start; at < Math.min(end, cutAt); at += 65_536)
        yield bytes.subarray(at, Math.min(end, cutAt, at + 65_536));
    },
  };
}

const served = (blob: ImageBytes | null, staged: ImageBytes | null = null) => {
  const asked: string[] = [];
  const answer = createMediaProtocol(
    {
      blob: async (wanted) => {
        asked.push(wanted);
        return blob;
      },
      staged: async (wanted) => {
        asked.push(wanted);
        return staged;
      },
    },
    'app://bundle',
  );
  const get = (url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
    answer({ url, method, headers: new Headers(headers) });
  return { get, asked };
};

describe('app-media', () => {
  it('serves an image under its true type, as nothing but an image, a piece at a time', async () => {
    const bytes = png(20, 10, 3_000_000);
    const image = inMemory(bytes);
    const { get, asked } = served(image);
    const response = await get(`app-media://blob/${id}`);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toEqual({
      'accept-ranges': 'bytes',
      'access-control-allow-origin': 'app://bundle',
      'cache-control': 'no-store',
      'content-length': '3000000',
      'content-security-policy': "sandbox; default-src 'none'",
      'content-type': 'image/png',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(isSame(new Uint8Array(await response.arrayBuffer()), bytes)).toBe(true);
    expect(asked).toEqual([id]);
    expect(Math.max(...image.asked)).toBeLessThanOrEqual(256 * 1024);
  });

  it('serves an image that waits in a tray', async () => {
    const { get, asked } = served(null, inMemory(png(2, 2)));
    expect((await get(`app-media://staged/${stagedId}`)).status).toBe(200);
    expect(asked).toEqual([stagedId]);
  });

  it('serves parts', async () => {
    const bytes = png(20, 10, 1_000);
    const { get } = served(inMemory(bytes));
    const part = await get(`app-media://blob/${id}`, { Range: 'bytes=10-19' });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 10-19/1000']);
    expect(isSame(new Uint8Array(await part.arrayBuffer()), bytes.subarray(10, 20))).toBe(true);
    const rest = await get(`app-media://blob/${id}`, { Range: 'bytes=990-' });
    expect(rest.headers.get('content-range')).toBe('bytes 990-999/1000');
    for (const Range of ['bytes=1000-', 'bytes=5-4', 'bytes=-5', 'bytes=0-1,4-5', 'lines=1-2'])
      expect((await get(`app-media://blob/${id}`, { Range })).status, Range).toBe(200);
  });

  it.each([
    ['no image', new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>')],
    ['a page', new TextEncoder().encode('<!doctype html><script>1</script>')],
    ['nothing', new Uint8Array()],
    ['a damaged header', png(20, 10).subarray(0, 12)],
    ['no dimensions', png(0, 10)],
    ['a side too long', png(16_385, 1)],
    ['too many pixels', png(10_000, 10_000)],
    ['too many bytes', png(20, 10, 20_000_001)],
  ])('has nothing to show of %s', async (_what, bytes) => {
    const { get } = served(inMemory(bytes), inMemory(bytes));
    for (const url of [`app-media://blob/${id}`, `app-media://staged/${stagedId}`]) {
      const response = await get(url);
      expect([response.status, await response.text()]).toEqual([404, '']);
    }
  });

  it.each([
    `app-media://blob/${id.toUpperCase()}`,
    `app-media://blob/${id}/`,
    `app-media://blob/x/${id}`,
    `app-media://blob/../${id}x`,
    `app-media://blob/%2e%2e%2fhistory.db`,
    `app-media://blob/${stagedId}`,
    `app-media://staged/${id}`,
    `app-media://other/${id}`,
    'app-media://blob/',
    'app-media://staged/',
  ])('knows no %s, and asks nobody', async (url) => {
    const { get, asked } = served(inMemory(png(2, 2)), inMemory(png(2, 2)));
    expect((await get(url)).status).toBe(404);
    expect(asked).toEqual([]);
  });

  it('has nothing where nobody is signed in, or the bytes are gone', async () => {
    expect((await served(null).get(`app-media://blob/${id}`)).status).toBe(404);
    const gone: ImageBytes = {
      sizeBytes: 100,
      // oxlint-disable-next-line require-yield -- it throws first
      async *read() {
        throw new Error('gone');
      },
    };
    expect((await served(gone).get(`app-media://blob/${id}`)).status).toBe(404);
  });

  it('breaks off where the bytes end early', async () => {
    const { get } = served(inMemory(png(20, 10, 1_000_000), 500_000));
    const response = await get(`app-media://blob/${id}`);
    await expect(response.arrayBuffer()).rejects.toThrow('end early');
  });

  it.each(['HEAD', 'POST', 'PUT', 'DELETE'])('refuses %s', async (method) => {
    expect((await served(inMemory(png(2, 2))).get(`app-media://blob/${id}`, {}, method)).status).toBe(405);
  });
});
