import { describe, expect, it } from 'vitest';
import { err, ok } from '../src-shared/kernel/result.ts';
import { appError } from '../src-shared/kernel/app-error.ts';
import { createIpcRouter, type Handlers } from './ipc-router.ts';
import { StoreFailure } from './ports.ts';

const manyBytes = new Uint8Array(1_000_000);

function createRig(handlers: Partial<Record<keyof Handlers, (request: never) => Promise<unknown>>>) {
  const logged: string[] = [];
  const log = (event: string, facts?: object): void => void logged.push(JSON.stringify([event, facts]));
  return { router: createIpcRouter(handlers as Handlers, log), logged };
}

describe('the router', () => {
  it('hands a request over after its schema and gives the answer back', async () => {
    const { router } = createRig({
      'contacts:add': (request: { userId: number }) => Promise.resolve(ok(request.userId)),
    });
    expect(await router.handle('contacts:add', { userId: 7 })).toEqual(ok(7));
  });

  it('gives an expected failure as it is', async () => {
    const { router } = createRig({ 'contacts:add': () => Promise.resolve(err(appError('rejected', 'no such id'))) });
    expect(await router.handle('contacts:add', { userId: 7 })).toEqual(
      err({ code: 'rejected', serverText: 'no such id' }),
    );
  });

  it.each([
    ['a payload of another kind', 'contacts:add', null],
    ['a field too many', 'contacts:add', { userId: 7, extra: 1 }],
    ['an id out of range', 'contacts:add', { userId: 2 ** 31 }],
    ['an id that is text', 'contacts:add', { userId: '7' }],
    ['a text too long', 'messages:sendText', { commandId: crypto.randomUUID(), peerId: 2, text: 'x'.repeat(20_000) }],
    ['an empty text', 'messages:sendText', { commandId: crypto.randomUUID(), peerId: 2, text: '' }],
    [
      'a place that no number of a database can be',
      'messages:getPage',
      { peerId: 2, anchor: { kind: 'before', position: 2 ** 53 }, limit: 1 },
    ],
    [
      'one picture of many megabytes that is handed over a thousand times',
      'attachments:stage',
      { peerId: 2, files: Array.from({ length: 1_000 }, () => ({ name: 'a.png', bytes: manyBytes })) },
    ],
    ['bytes in the place of an object', 'drafts:save', { peerId: 2, draft: new Uint8Array(8) }],
    ['a channel that is none', 'app:quit', {}],
    ['a channel of the language itself', '__proto__', {}],
    ['a method of objects', 'toString', {}],
  ])('refuses %s', async (_, channel, payload) => {
    const { router } = createRig({});
    expect(await router.handle(channel, payload)).toEqual(err(appError('invalid-request')));
  });

  it.each([
    ['a handler that throws', new Error('secret text'), 'unexpected'],
    ['a handler that throws something else', 'secret text', 'unexpected'],
    ['a full disk', Object.assign(new Error('secret text'), { code: 'ENOSPC' }), 'disk-full'],
    ['a store that is full', new StoreFailure('disk-full', 'secret text'), 'disk-full'],
    ['a store that is away', new StoreFailure('store-unavailable', 'secret text'), 'store-unavailable'],
  ])('answers %s with a code, and logs no text', async (_, thrown, code) => {
    const { router, logged } = createRig({ 'app:getSnapshot': () => Promise.reject(thrown) });
    expect(await router.handle('app:getSnapshot', {})).toEqual(err({ code }));
    expect(logged).toHaveLength(1);
    expect(logged.join()).not.toContain('secret');
  });
});
