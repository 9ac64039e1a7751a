import { describe, expect, it } from 'vitest';
import type { ChildPort, HistoryProgress } from '../ports.ts';
import { createFakeClock, settle } from '../connection/testing/fake-clock.ts';
import type { HeldId } from '../connection/inbound-frame.ts';
import { createStoreClient } from './store-client.ts';
import { anna } from './testing/test-store.ts';

type Sent = { readonly id: number; readonly name?: string; readonly slice?: Uint8Array };

function setUp() {
  const clock = createFakeClock();
  const children: { sent: Sent[]; isKilled: boolean; say: (message: unknown) => void; exit: () => void }[] = [];
  const fork = (): ChildPort => {
    let onMessage: (message: unknown) => void = () => {};
    let onExit: (code: number | null) => void = () => {};
    const child = {
      sent: [] as Sent[],
      isKilled: false,
      say: (message: unknown) => onMessage(message),
      exit: () => onExit(1),
    };
    children.push(child);
    return {
      send: (message) => void child.sent.push(message as Sent),
      onMessage: (listener) => (onMessage = listener),
      onExit: (listener) => (onExit = listener),
      kill: () => {
        child.isKilled = true;
        onExit(null);
      },
    };
  };
  const store = createStoreClient({ fork, clock, log: () => {} });
  const merge = () =>
    store.mergeHistory({
      peerId: anna,
      messages: 7 as HeldId,
      mayMatchContent: false,
      confirmedSince: [],
      nowMs: 1,
    });
  return { clock, store, children, merge, child: () => children.at(-1)! };
}
const idOf = (sent: readonly Sent[], name: string): number => sent.find((one) => one.name === name)?.id ?? 0;

describe('what the process does aside', () => {
  it('does not hold up the answers to others', async () => {
    const { store, child, merge } = setUp();
    const merging = merge();
    const traits = store.getTraits({});
    child().say({ id: idOf(child().sent, 'getTraits'), ok: true, value: 'traits' });
    expect(await traits).toBe('traits');
    child().say({ id: idOf(child().sent, 'mergeHistory'), ok: true, value: 'report' });
    expect(await merging).toBe('report');
  });

  it('tells how far it is, each sign of which is a sign of life', async () => {
    const { clock, store, children, child, merge } = setUp();
    const told: HistoryProgress[] = [];
    store.onHistoryProgress((progress) => told.push(progress));
    const merging = merge().catch((error: Error) => error.name);
    const id = idOf(child().sent, 'mergeHistory');
    for (let seconds = 0; seconds < 60; seconds += 9) {
      await clock.advance(9_000);
      child().say({ id, progress: seconds === 0 ? null : { done: seconds, total: 60, changes: null } });
    }
    expect(child().isKilled).toBe(false);
    expect(told[0]).toEqual({ peerId: anna, done: 9, total: 60, changes: null });
    await clock.advance(10_000);
    expect(children[0]?.isKilled).toBe(true);
    expect(await merging).toBe('StoreFailure');
  });

  it('is lost with the process, and never asked again by itself; the others are', async () => {
    const { store, children, child, merge } = setUp();
    const merging = merge();
    const decoding = store.decodeFrame({ bytes: new Uint8Array(9) });
    const traits = store.getTraits({});
    child().exit();
    await expect(merging).rejects.toMatchObject({ code: 'store-unavailable' });
    await expect(decoding).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(children).toHaveLength(2);
    expect(child().sent.map((one) => one.name)).toEqual(['getTraits']);
    child().say({ id: idOf(child().sent, 'getTraits'), ok: true, value: 'traits' });
    expect(await traits).toBe('traits');
  });

  it('that met damage has the process replaced', async () => {
    const { children, child, merge } = setUp();
    const merging = merge();
    child().say({ id: idOf(child().sent, 'mergeHistory'), ok: false, error: { code: 'damaged', detail: 'test' } });
    await expect(merging).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(children[0]?.isKilled).toBe(true);
  });
});

describe('a large frame', () => {
  it('goes over in pieces, between which others have their turn', async () => {
    const { clock, store, child } = setUp();
    const whole = new Uint8Array(5 * 2 ** 20).map((_, i) => i % 251);
    // A view of something larger takes nothing of it along.
    const bytes = whole.subarray(3, whole.length - 3);
    const decoding = store.decodeFrame({ bytes });
    void store.getTraits({});
    for (let i = 0; i < 5; i += 1) await clock.advance(0);
    await settle();
    const slices = child().sent.flatMap(({ slice }) => (slice === undefined ? [] : [slice]));
    expect(slices.map((slice) => slice.buffer.byteLength)).toEqual([2_097_152, 2_097_152, 1_048_570]);
    expect(Buffer.concat(slices).equals(bytes)).toBe(true);
    expect(child().sent.findIndex((one) => one.name === 'getTraits')).toBe(1);
    expect(child().sent.at(-1)).toMatchObject({ name: 'decodeFrame', id: child().sent[0]?.id });
    child().say({ id: idOf(child().sent, 'decodeFrame'), ok: true, value: 'frame' });
    expect(await decoding).toBe('frame');
  });
});
