import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { anna, createTrayRig, idsOf, saidOf, type TrayRig } from './testing/tray-rig.ts';
import { lookPatienceMs } from './staged-files.ts';

/** A network drive that is gone: what is asked of it never ends. `asked` says what was. */
const drive = vi.hoisted(() => ({ hangs: null as 'stat' | 'open' | null, asked: () => {} }));
vi.mock('node:fs/promises', async (load) => {
  const real: typeof import('node:fs/promises') = await load();
  const hanging = (call: 'stat' | 'open', file: unknown): Promise<never> | null => {
    if (drive.hangs !== call || !String(file).endsWith('on-the-drive')) return null;
    drive.asked();
    return new Promise<never>(() => {});
  };
  const stat: typeof real.stat = ((file: string) => hanging('stat', file) ?? real.stat(file)) as never;
  const open: typeof real.open = (file, ...rest) => hanging('open', file) ?? real.open(file, ...rest);
  return { ...real, stat, open };
});

let rig: TrayRig;
beforeEach(async () => {
  drive.hangs = null;
  rig = await createTrayRig();
});
afterEach(() => rig.remove());

/** From now on the drive is gone. Resolves when it is asked next. */
const lose = (call: 'stat' | 'open'): Promise<void> =>
  new Promise((resolve) => {
    drive.hangs = call;
    drive.asked = resolve;
  });

describe('a file on a drive that does not answer', () => {
  it.each(['stat', 'open'] as const)('holds up nothing once it is taken out of the tray (%s)', async (call) => {
    const view = await rig.stage([rig.file('on-the-drive'), rig.file('b')]);
    const asked = lose(call);
    const sending = rig.send(idsOf(view), 'look');
    await asked;
    await rig.tray().unstage(anna, idsOf(view).slice(0, 1));
    expect(await sending).toMatchObject({ sentCount: 1 });
    expect(rig.outbox()).toEqual(['file b', 'text look']);
  });

  it('is left with that reason after a while, and the others go', async () => {
    const view = await rig.stage([rig.file('on-the-drive'), rig.file('b')]);
    const asked = lose('stat');
    const sending = rig.send(idsOf(view));
    await asked;
    await rig.clock.advance(lookPatienceMs);
    const { sentCount, tray } = await sending;
    expect([sentCount, saidOf(tray)]).toEqual([1, ['on-the-drive: not-answering']]);
    drive.hangs = null;
    expect(saidOf(await rig.tray().get(anna))).toEqual(['on-the-drive']);
  });

  it('is in the tray with that reason, and the files beside it as they are', async () => {
    const files = [rig.file('on-the-drive'), rig.file('b')];
    const asked = lose('stat');
    const staging = rig.stage(files);
    await asked;
    // The other one has been looked at.
    await vi.waitFor(() => expect(rig.clock.pendingTimers()).toBe(1));
    await rig.clock.advance(lookPatienceMs);
    expect(saidOf(await staging)).toEqual(['on-the-drive: not-answering', 'b']);
  });

  it('is not waited for where hundreds beside it did not answer either', async () => {
    const files = Array.from({ length: 100 }, (_, at) => rig.file(`${at}-on-the-drive`));
    const asked = lose('stat');
    const staging = rig.stage(files);
    await asked;
    // Those that were asked first, and those that were asked before so many of them were given up.
    await rig.clock.advance(2 * lookPatienceMs);
    expect(saidOf(await staging).filter((said) => said.endsWith(': not-answering'))).toHaveLength(100);
  });

  it('is waited for no longer than it takes, where it does answer', async () => {
    await rig.stage([rig.file('on-the-drive')]);
    expect(rig.clock.pendingTimers()).toBe(0);
  });
});
