import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rowId } from '../../src-shared/kernel/ids.ts';
import { createFakeClock, type FakeClock } from '../connection/testing/fake-clock.ts';
import type { BlobStore } from '../files/blob-store.ts';
import { bytesOf, createBlobRig, isSame, readAll } from '../files/testing/blob-rig.ts';
import { createFetchFile, type FetchFile, type FileToFetch } from './fetch-file.ts';
import { httpGet } from './http-get.ts';
import { cutAfter, serving, startFileServer, type FileServer } from './testing/file-server.ts';

const bytes = bytesOf(300_000);
const sha256 = createHash('sha256').update(bytes).digest('hex');

let rig: ReturnType<typeof createBlobRig>;
let server: FileServer;
let other: FileServer;
let clock: FakeClock;
let blobs: BlobStore;
let token: string | null;
let fetchFile: FetchFile;
beforeEach(async () => {
  rig = createBlobRig();
  [server, other] = [await startFileServer(serving(bytes)), await startFileServer(serving(bytes))];
  clock = createFakeClock();
  token = 'secret-token';
  await restart();
});
afterEach(async () => {
  await Promise.all([server.stop(), other.stop(), blobs.dispose()]);
  rig.remove();
});

async function restart(): Promise<void> {
  blobs = await rig.open();
  fetchFile = createFetchFile({ get: httpGet, blobs, clock, token: () => token });
}
const own = (change: Partial<FileToFetch> = {}): FileToFetch => ({
  rowId: rowId(1),
  url: new URL('/files/a', server.origin),
  isOwn: true,
  sizeBytes: bytes.length,
  sha256,
  maxBytes: 10_000_000,
  ...change,
});
const foreign = (change: Partial<FileToFetch> = {}): FileToFetch =>
  own({ url: new URL('/b', other.origin), isOwn: false, sizeBytes: null, sha256: null, ...change });
const nothing = (): void => {};
const run = (file: FileToFetch) => fetchFile(file, new AbortController().signal, nothing);
const left = (): string[] => {
  try {
    return readdirSync(rig.dir);
  } catch {
    return [];
  }
};
async function expectWhole(fetched: Awaited<ReturnType<FetchFile>>): Promise<void> {
  if (!fetched.ok) throw new Error(fetched.error.code);
  expect(fetched.value.sha256).toBe(sha256);
  expect(isSame(await readAll(blobs.read(fetched.value.blobId)), bytes)).toBe(true);
  expect(left()).toEqual([fetched.value.blobId]);
}

describe('a file on the server itself', () => {
  it('comes whole, with the token and nothing that is not needed', async () => {
    const told: number[] = [];
    await expectWhole(await fetchFile(own(), new AbortController().signal, (done) => void told.push(done)));
    expect(told.at(-1)).toBe(bytes.length);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(server.asked[0]?.method).toBe('GET');
    expect(Object.keys(server.asked[0]?.headers ?? {}).sort()).toEqual([
      'accept',
      'accept-encoding',
      'authorization',
      'connection',
      'host',
    ]);
    expect(server.asked[0]?.headers.authorization).toBe('Bearer secret-token');
  });

  it('goes on where it was cut off, as often as it is', async () => {
    server.answer = cutAfter(120_000, bytes);
    for (let tries = 0; tries < 2; tries += 1)
      expect(await run(own())).toEqual({ ok: false, error: { code: 'offline', isPassing: true, isPartKept: true } });
    server.answer = serving(bytes);
    await expectWhole(await run(own()));
    const [first, second, third] = server.asked.map(({ headers }) => headers);
    expect(first?.range).toBeUndefined();
    expect(second?.range).toMatch(/^bytes=[1-9]\d{4,}-$/);
    expect(second?.['if-range']).toBe('"v1"');
    expect(Number(third?.range?.slice(6, -1))).toBeGreaterThan(Number(second?.range?.slice(6, -1)));
  });

  it('goes on after a restart of the program where its hash is known, else begins anew', async () => {
    for (const [known, range] of [
      [sha256, /^bytes=[1-9]\d{4,}-$/],
      [null, undefined],
    ] as const) {
      server.answer = cutAfter(200_000, bytes);
      await run(own({ sha256: known }));
      await blobs.dispose();
      await restart();
      server.answer = serving(bytes);
      const fetched = await run(own({ sha256: known }));
      await expectWhole(fetched);
      if (range === undefined) expect(server.asked.at(-1)?.headers.range).toBeUndefined();
      else expect(server.asked.at(-1)?.headers.range).toMatch(range);
      if (fetched.ok) await blobs.remove([fetched.value.blobId]);
    }
  });

  it('begins anew where the server has another one by now, or knows no parts', async () => {
    server.answer = cutAfter(200_000, bytesOf(300_000, 2), '"old"');
    await run(own({ sha256: null }));
    server.answer = serving(bytes, '"new"');
    await expectWhole(await run(own({ sha256: null })));
    expect(server.asked.at(-1)?.headers['if-range']).toBe('"old"');
  });

  it('begins anew where the part from before turns out to be wrong', async () => {
    server.answer = cutAfter(200_000, bytesOf(300_000, 2));
    await run(own());
    server.answer = serving(bytes);
    expect(await run(own())).toMatchObject({ ok: false, error: { isPassing: true, isPartKept: false } });
    expect(left()).toEqual([]);
    await expectWhole(await run(own()));
    expect(server.asked.at(-1)?.headers.range).toBeUndefined();
  });

  it('begins anew where the server says that there is no such part, or sends another one', async () => {
    for (const headers of [{ 'Content-Range': 'bytes 5-299999/300000' }, {}]) {
      server.answer = cutAfter(200_000, bytes);
      await run(own());
      server.answer = (_request, response) => response.writeHead(206, headers).end(bytes.subarray(5));
      expect(await run(own())).toMatchObject({ error: { code: 'invalid-reply', isPartKept: false } });
    }
    server.answer = cutAfter(200_000, bytes);
    await run(own());
    server.answer = (_request, response) => response.writeHead(416, { 'Content-Range': 'bytes */10' }).end();
    expect(await run(own())).toMatchObject({ error: { isPassing: true, isPartKept: false } });
    expect(left()).toEqual([]);
  });

  const length = bytes.length;
  it.each<[string, Partial<FileToFetch>, number | null, number]>([
    ['other bytes', { sha256: 'a'.repeat(64) }, length, length],
    ['too few bytes', {}, length - 1, length - 1],
    ['too few bytes of a length not told', {}, null, length - 1],
    ['too many bytes', {}, length + 1, length + 1],
    ['too many bytes of a length not told', {}, null, length + 1],
    ['nothing', { sizeBytes: null, sha256: null }, 0, 0],
  ])('is damaged where %s came, and leaves nothing behind', async (_what, change, announced, sent) => {
    server.answer = (_request, response) => {
      response.writeHead(200, announced === null ? {} : { 'Content-Length': announced });
      response.end(bytesOf(sent));
    };
    expect(await run(own(change))).toEqual({
      ok: false,
      error: { code: 'file-damaged', isPassing: false, isPartKept: false },
    });
    expect(left()).toEqual([]);
  });

  it('is not believed to be there where the server hangs up early, or sends more than it said', async () => {
    server.answer = (_request, response) => {
      response.writeHead(200, { 'Content-Length': length * 2 });
      response.write(bytes, () => response.socket?.end());
    };
    expect(await run(own({ sizeBytes: null }))).toMatchObject({ error: { isPassing: true } });
    server.answer = (_request, response) => {
      response.socket?.end(
        Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n'), Buffer.from(bytes)]),
      );
    };
    expect(await run(own({ rowId: rowId(2) }))).toMatchObject({ error: { code: 'file-damaged', isPassing: false } });
  });

  it('never takes more than the limit, however long the server goes on', async () => {
    let sent = 0;
    server.answer = (_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        sent += 65_536;
        if (!response.destroyed) response.write(Buffer.alloc(65_536), more);
      };
      more();
    };
    const file = own({ sizeBytes: null, sha256: null, maxBytes: 1_000_000 });
    expect(await run(file)).toMatchObject({ error: { code: 'file-too-large', isPassing: false } });
    expect(sent).toBeLessThan(20_000_000);
    expect(left()).toEqual([]);
    const asked = server.asked.length;
    server.answer = serving(bytes);
    expect(await run({ ...file, maxBytes: length - 1 })).toMatchObject({ error: { code: 'file-too-large' } });
    expect(server.asked).toHaveLength(asked + 1);
  });

  it.each([
    [404, 'file-gone', false],
    [410, 'file-gone', false],
    [401, 'rejected', false],
    [403, 'rejected', false],
    [204, 'invalid-reply', false],
    [206, 'invalid-reply', false],
    [301, 'invalid-reply', false],
    [500, 'server-busy', true],
    [503, 'server-busy', true],
    [429, 'server-busy', true],
  ])('says what an answer of %i means', async (status, code, isPassing) => {
    server.answer = (_request, response) => response.writeHead(status, { Location: `${other.origin}/x` }).end();
    expect(await run(own())).toMatchObject({ ok: false, error: { code, isPassing } });
    expect(other.asked).toEqual([]);
    expect(left()).toEqual(isPassing ? [expect.any(String)] : []);
  });

  it('is asked for again where another token came meanwhile', async () => {
    server.answer = (_request, response) => {
      token = 'newer';
      response.writeHead(401).end();
    };
    expect(await run(own())).toMatchObject({ error: { code: 'rejected', isPassing: true } });
    server.answer = serving(bytes);
    await expectWhole(await run(own()));
    expect(server.asked.at(-1)?.headers.authorization).toBe('Bearer newer');
  });

  it('is never unpacked', async () => {
    server.answer = (_request, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(bytes);
    expect(await run(own())).toMatchObject({ error: { code: 'invalid-reply', isPassing: false } });
  });

  it('is given up for now where the server drips or says nothing', async () => {
    const silent = new Promise<void>((resolve) => {
      server.answer = () => resolve();
    });
    const first = run(own());
    await silent;
    await clock.advance(20_000);
    expect(await first).toEqual({ ok: false, error: { code: 'timeout', isPassing: true, isPartKept: true } });

    const dripping = new Promise<void>((resolve) => {
      server.answer = (_request, response) => response.writeHead(200).write('x', () => resolve());
    });
    const second = run(own());
    await dripping;
    await clock.advance(20_000);
    expect(await second).toMatchObject({ error: { code: 'timeout' } });
    expect(clock.pendingTimers()).toBe(0);
  });

  it('can be cancelled, and goes on from there later', async () => {
    const stop = new AbortController();
    server.answer = (_request, response) =>
      response.writeHead(200, { 'Content-Length': length, ETag: '"v1"' }).write(bytes.subarray(0, 200_000));
    const stopped = fetchFile(own(), stop.signal, (done) => {
      if (done === 200_000) stop.abort();
    });
    expect(await stopped).toMatchObject({ error: { code: 'cancelled', isPassing: false } });
    server.answer = serving(bytes);
    await expectWhole(await run(own()));
    expect(server.asked.at(-1)?.headers.range).toMatch(/^bytes=1\d{5}-$/);
  });

  it('cannot be had from nobody', async () => {
    await server.stop();
    expect(await run(own())).toMatchObject({ error: { code: 'connection-refused', isPassing: true } });
  });
});

describe('a file on another host', () => {
  it('comes without a word about who asks', async () => {
    await expectWhole(await run(foreign()));
    expect(Object.keys(other.asked[0]?.headers ?? {}).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
    ]);
  });

  it('may be three redirects away, not more, and only over the web', async () => {
    const redirecting = (times: number, last: string): void => {
      other.answer = (request, response) => {
        const step = Number(new URL(request.url ?? '', other.origin).searchParams.get('step') ?? 0);
        if (step === times && last === '') return serving(bytes)(request, response);
        const Location = step === times ? last : `?step=${step + 1}`;
        return response.writeHead(302, { Location }).end();
      };
    };
    redirecting(3, '');
    await expectWhole(await run(foreign()));
    redirecting(4, '');
    expect(await run(foreign({ rowId: rowId(2) }))).toMatchObject({ error: { code: 'invalid-reply' } });
    for (const last of ['file:///etc/passwd', 'ftp://127.0.0.1/x', 'http://a:b@127.0.0.1/', 'http://', 'data:,x']) {
      redirecting(1, last);
      const fetched = await run(foreign({ rowId: rowId(3) }));
      expect(fetched).toMatchObject({ error: { code: 'invalid-reply', isPassing: false } });
    }
  });

  it('is waited for only while it comes', async () => {
    other.answer = cutAfter(120_000, bytes);
    expect(await run(foreign())).toMatchObject({ error: { code: 'offline', isPassing: true } });
    other.answer = (_request, response) => response.writeHead(503).end();
    expect(await run(foreign())).toMatchObject({ error: { code: 'server-busy', isPassing: false, isPartKept: true } });
    other.answer = serving(bytes);
    await expectWhole(await run(foreign()));
    expect(other.asked.at(-1)?.headers.range).toBeDefined();
    await other.stop();
    const nobody = await run(foreign({ rowId: rowId(2) }));
    expect(nobody).toMatchObject({ error: { code: 'connection-refused', isPassing: false } });
  });

  it('never gets the token, also where it redirects to the server itself', async () => {
    other.answer = (_request, response) => response.writeHead(307, { Location: `${server.origin}/files/a` }).end();
    await expectWhole(await run(foreign()));
    expect(server.asked[0]?.headers.authorization).toBeUndefined();
  });
});
