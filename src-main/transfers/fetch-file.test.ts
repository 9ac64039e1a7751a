import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rowId } from '../../src-shared/kernel/ids.ts';
import { bytesOf } from '../files/testing/blob-rig.ts';
import type { FileToFetch } from './fetch-file.ts';
import { bytes, createFetchRig, sha256 } from './testing/fetch-rig.ts';
import { serving, servingAtMost } from './testing/file-server.ts';

let rig: Awaited<ReturnType<typeof createFetchRig>>;
beforeEach(async () => {
  rig = await createFetchRig();
});
afterEach(() => rig.remove());

describe('a file on the server itself', () => {
  it('comes whole, with the token and nothing that is not needed', async () => {
    const told: number[] = [];
    await rig.expectWhole(await rig.run(rig.own(), new AbortController().signal, (done) => void told.push(done)));
    expect(told.at(-1)).toBe(bytes.length);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(rig.server.asked[0]?.method).toBe('GET');
    expect(Object.keys(rig.server.asked[0]?.headers ?? {}).sort()).toEqual([
      'accept',
      'accept-encoding',
      'authorization',
      'connection',
      'host',
    ]);
    expect(rig.server.asked[0]?.headers.authorization).toBe('Bearer secret-token');
  });

  it('is not asked for with a token that no header can hold, and comes once there is another', async () => {
    rig.token = 'two\r\nX-Lines: 1';
    const refused = { ok: false, error: { code: 'invalid-reply', isPassing: false, isPartKept: false } };
    expect(await rig.run(rig.own())).toEqual(refused);
    expect(rig.server.asked).toEqual([]);
    rig.token = 'secret-token';
    await rig.expectWhole(await rig.run(rig.own()));
  });

  it('goes on where it was cut off, as often as it is', async () => {
    for (let tries = 0; tries < 2; tries += 1)
      expect(await rig.cutOff(rig.own(), 120_000)).toEqual({
        ok: false,
        error: { code: 'offline', isPassing: true, isPartKept: true },
      });
    rig.server.answer = serving(bytes);
    await rig.expectWhole(await rig.run(rig.own()));
    const [first, second, third] = rig.server.asked.map(({ headers }) => headers);
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
      await rig.cutOff(rig.own({ sha256: known }), 200_000);
      await rig.restart();
      rig.server.answer = serving(bytes);
      const fetched = await rig.run(rig.own({ sha256: known }));
      await rig.expectWhole(fetched);
      if (range === undefined) expect(rig.server.asked.at(-1)?.headers.range).toBeUndefined();
      else expect(rig.server.asked.at(-1)?.headers.range).toMatch(range);
      if (fetched.ok) await rig.blobs().remove([fetched.value.blobId]);
    }
  });

  it('begins anew where the server has another one by now, or knows no parts', async () => {
    await rig.cutOff(rig.own({ sha256: null }), 200_000, bytesOf(300_000, 2), '"old"');
    rig.server.answer = serving(bytes, '"new"');
    await rig.expectWhole(await rig.run(rig.own({ sha256: null })));
    expect(rig.server.asked.at(-1)?.headers['if-range']).toBe('"old"');
  });

  it('begins anew where the part from before turns out to be wrong', async () => {
    await rig.cutOff(rig.own(), 200_000, bytesOf(300_000, 2));
    rig.server.answer = serving(bytes);
    expect(await rig.run(rig.own())).toMatchObject({ ok: false, error: { isPassing: true, isPartKept: false } });
    expect(rig.left()).toEqual([]);
    await rig.expectWhole(await rig.run(rig.own()));
    expect(rig.server.asked.at(-1)?.headers.range).toBeUndefined();
  });

  it('begins anew where the server says that there is no such part, or sends another one', async () => {
    for (const headers of [{ 'Content-Range': 'bytes 5-299999/300000' }, {}]) {
      await rig.cutOff(rig.own(), 200_000);
      rig.server.answer = (_request, response) => response.writeHead(206, headers).end(bytes.subarray(5));
      expect(await rig.run(rig.own())).toMatchObject({ error: { code: 'invalid-reply', isPartKept: false } });
    }
    await rig.cutOff(rig.own(), 200_000);
    rig.server.answer = (_request, response) => response.writeHead(416, { 'Content-Range': 'bytes */10' }).end();
    expect(await rig.run(rig.own())).toMatchObject({ error: { isPassing: true, isPartKept: false } });
    expect(rig.left()).toEqual([]);
  });

  it('is whole only when all of it is here, where the server gives less of it at a time than it was asked for', async () => {
    for (const known of [{}, { sizeBytes: null, sha256: null }]) {
      const file = rig.own(known);
      await rig.cutOff(file, 100_000);
      rig.server.answer = servingAtMost(120_000, bytes);
      for (let parts = 0; ; parts += 1) {
        const fetched = await rig.run(file);
        if (fetched.ok) {
          await rig.expectWhole(fetched);
          expect(parts).toBeGreaterThan(0);
          await rig.blobs().remove([fetched.value.blobId]);
          break;
        }
        expect(fetched.error).toEqual({ code: 'server-busy', isPassing: true, isPartKept: true });
        if (parts === 5) throw new Error('it never ends');
      }
    }
  });

  it('is refused for its whole size, whatever a part of it has', async () => {
    for (const [file, code] of [
      [rig.own({ sizeBytes: bytes.length - 1 }), 'file-damaged'],
      [rig.own({ sizeBytes: null, maxBytes: bytes.length - 1 }), 'file-too-large'],
    ] as const) {
      await rig.cutOff({ ...file, sizeBytes: bytes.length, maxBytes: bytes.length }, 100_000);
      rig.server.answer = servingAtMost(50_000, bytes);
      expect(await rig.run(file)).toMatchObject({ error: { code, isPassing: false, isPartKept: false } });
    }
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
    rig.server.answer = (_request, response) => {
      response.writeHead(200, announced === null ? {} : { 'Content-Length': announced });
      response.end(bytesOf(sent));
    };
    expect(await rig.run(rig.own(change))).toEqual({
      ok: false,
      error: { code: 'file-damaged', isPassing: false, isPartKept: false },
    });
    expect(rig.left()).toEqual([]);
  });

  it('is not believed to be there where the server hangs up early, or sends more than it said', async () => {
    rig.server.answer = (_request, response) => {
      response.writeHead(200, { 'Content-Length': length * 2 });
      response.write(bytes, () => response.socket?.end());
    };
    expect(await rig.run(rig.own({ sizeBytes: null }))).toMatchObject({ error: { isPassing: true } });
    rig.server.answer = (_request, response) => {
      response.socket?.end(
        Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n'), Buffer.from(bytes)]),
      );
    };
    expect(await rig.run(rig.own({ rowId: rowId(2) }))).toMatchObject({
      error: { code: 'file-damaged', isPassing: false },
    });
  });

  it('never takes more than the limit, however long the server goes on', async () => {
    let sent = 0;
    rig.server.answer = (_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        sent += 65_536;
        if (!response.destroyed) response.write(Buffer.alloc(65_536), more);
      };
      more();
    };
    const file = rig.own({ sizeBytes: null, sha256: null, maxBytes: 1_000_000 });
    expect(await rig.run(file)).toMatchObject({ error: { code: 'file-too-large', isPassing: false } });
    expect(sent).toBeLessThan(20_000_000);
    expect(rig.left()).toEqual([]);
    const asked = rig.server.asked.length;
    rig.server.answer = serving(bytes);
    expect(await rig.run({ ...file, maxBytes: length - 1 })).toMatchObject({ error: { code: 'file-too-large' } });
    expect(rig.server.asked).toHaveLength(asked + 1);
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
    rig.server.answer = (_request, response) => response.writeHead(status, { Location: `${rig.other.origin}/x` }).end();
    expect(await rig.run(rig.own())).toMatchObject({ ok: false, error: { code, isPassing } });
    expect(rig.other.asked).toEqual([]);
    expect(rig.left()).toEqual(isPassing ? [expect.any(String)] : []);
  });

  it('is asked for again where another token came meanwhile', async () => {
    rig.server.answer = (_request, response) => {
      rig.token = 'newer';
      response.writeHead(401).end();
    };
    expect(await rig.run(rig.own())).toMatchObject({ error: { code: 'rejected', isPassing: true } });
    rig.server.answer = serving(bytes);
    await rig.expectWhole(await rig.run(rig.own()));
    expect(rig.server.asked.at(-1)?.headers.authorization).toBe('Bearer newer');
  });

  it('is never unpacked', async () => {
    rig.server.answer = (_request, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(bytes);
    expect(await rig.run(rig.own())).toMatchObject({ error: { code: 'invalid-reply', isPassing: false } });
  });

  it('is given up for now where the server drips or says nothing', async () => {
    const silent = new Promise<void>((resolve) => {
      rig.server.answer = () => resolve();
    });
    const first = rig.run(rig.own());
    await silent;
    await rig.clock.advance(20_000);
    expect(await first).toEqual({ ok: false, error: { code: 'timeout', isPassing: true, isPartKept: true } });

    const dripping = new Promise<void>((resolve) => {
      rig.server.answer = (_request, response) => response.writeHead(200).write('x', () => resolve());
    });
    const second = rig.run(rig.own());
    await dripping;
    await rig.clock.advance(20_000);
    expect(await second).toMatchObject({ error: { code: 'timeout' } });
    expect(rig.clock.pendingTimers()).toBe(0);
  });

  it('may be slow where somebody asked for it, else it gives its place to others', async () => {
    async function slowly(isAsked: boolean, row: number): ReturnType<typeof rig.run> {
      const responses: ServerResponse[] = [];
      rig.server.answer = (_request, response) => {
        responses.push(response);
        response.writeHead(200, { 'Content-Length': length });
        response.write(bytes.subarray(0, 60_000));
      };
      let tell = (_done: number): void => {};
      const come = (wanted: number): Promise<void> =>
        new Promise((resolve) => {
          tell = (done) => {
            if (done === wanted) resolve();
          };
        });
      const first = come(60_000);
      const fetched = rig.run(rig.own({ isAsked, rowId: rowId(row) }), undefined, (done) => tell(done));
      await first;
      await rig.clock.advance(20_000);
      const second = come(120_000);
      responses[0]?.write(bytes.subarray(60_000, 120_000));
      await second;
      await rig.clock.advance(10_000);
      if (isAsked) responses[0]?.end(bytes.subarray(120_000));
      return fetched;
    }
    expect(await slowly(false, 5)).toMatchObject({ error: { code: 'timeout', isPassing: true } });
    expect(await slowly(true, 6)).toMatchObject({ ok: true });
    expect(rig.clock.pendingTimers()).toBe(0);
  });

  it('can be cancelled, and goes on from there later', async () => {
    const stop = new AbortController();
    rig.server.answer = (_request, response) =>
      response.writeHead(200, { 'Content-Length': length, ETag: '"v1"' }).write(bytes.subarray(0, 200_000));
    const stopped = rig.run(rig.own(), stop.signal, (done) => {
      if (done === 200_000) stop.abort();
    });
    expect(await stopped).toMatchObject({ error: { code: 'cancelled', isPassing: false } });
    rig.server.answer = serving(bytes);
    await rig.expectWhole(await rig.run(rig.own()));
    expect(rig.server.asked.at(-1)?.headers.range).toMatch(/^bytes=1\d{5}-$/);
  });

  it('cannot be had from nobody', async () => {
    await rig.server.stop();
    expect(await rig.run(rig.own())).toMatchObject({ error: { code: 'connection-refused', isPassing: true } });
  });
});
