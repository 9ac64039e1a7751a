import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rowId } from '../../src-shared/kernel/ids.ts';
import { bytes, createFetchRig } from './testing/fetch-rig.ts';
import { serving } from './testing/file-server.ts';

let rig: Awaited<ReturnType<typeof createFetchRig>>;
beforeEach(async () => {
  rig = await createFetchRig();
});
afterEach(() => rig.remove());

describe('a file on another host', () => {
  it('comes without a word about who asks', async () => {
    await rig.expectWhole(await rig.run(rig.foreign()));
    expect(Object.keys(rig.other.asked[0]?.headers ?? {}).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
    ]);
  });

  it('may be three redirects away, not more, and only over the web', async () => {
    const redirecting = (times: number, last: string): void => {
      rig.other.answer = (request, response) => {
        const step = Number(new URL(request.url ?? '', rig.other.origin).searchParams.get('step') ?? 0);
        if (step === times && last === '') return serving(bytes)(request, response);
        const Location = step === times ? last : `?step=${step + 1}`;
        return response.writeHead(302, { Location }).end();
      };
    };
    redirecting(3, '');
    await rig.expectWhole(await rig.run(rig.foreign()));
    redirecting(4, '');
    expect(await rig.run(rig.foreign({ rowId: rowId(2) }))).toMatchObject({ error: { code: 'invalid-reply' } });
    for (const last of ['file:///etc/passwd', 'ftp://127.0.0.1/x', 'http://a:b@127.0.0.1/', 'http://', 'data:,x']) {
      redirecting(1, last);
      const fetched = await rig.run(rig.foreign({ rowId: rowId(3) }));
      expect(fetched).toMatchObject({ error: { code: 'invalid-reply', isPassing: false } });
    }
  });

  it('is waited for only while it comes', async () => {
    expect(await rig.cutOff(rig.foreign(), 120_000)).toMatchObject({ error: { code: 'offline', isPassing: true } });
    rig.other.answer = (_request, response) => response.writeHead(503).end();
    expect(await rig.run(rig.foreign())).toMatchObject({
      error: { code: 'server-busy', isPassing: false, isPartKept: true },
    });
    rig.other.answer = serving(bytes);
    await rig.expectWhole(await rig.run(rig.foreign()));
    expect(rig.other.asked.at(-1)?.headers.range).toBeDefined();
    await rig.other.stop();
    const nobody = await rig.run(rig.foreign({ rowId: rowId(2) }));
    expect(nobody).toMatchObject({ error: { code: 'connection-refused', isPassing: false } });
  });

  it('never gets the token, also where it redirects to the server itself', async () => {
    rig.other.answer = (_request, response) =>
      response.writeHead(307, { Location: `${rig.server.origin}/files/a` }).end();
    await rig.expectWhole(await rig.run(rig.foreign()));
    expect(rig.server.asked[0]?.headers.authorization).toBeUndefined();
  });
});
