import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandId, userId } from '../../src-shared/kernel/ids.ts';
import { createFakeVault, type FakeVault } from '../testing/fake-vault.ts';
import { createSessionRig, credentials, yes, type SessionRig } from '../testing/session-rig.ts';

let rig: SessionRig;
let vault: FakeVault;
beforeEach(async () => {
  vault = createFakeVault();
  rig = await createSessionRig(vault);
});
afterEach(async () => {
  await rig.session.stop();
  rig.remove();
});

const bo = userId(2);
async function logIn(): Promise<void> {
  const outcome = rig.session.logIn(credentials());
  await rig.answer(yes(1, 'token'));
  expect(await outcome).toMatchObject({ ok: true });
}
async function write(text: string): Promise<void> {
  await rig.session.scope()?.outbox.sendText({ commandId: commandId(crypto.randomUUID()), peerId: bo, text });
}
const outbox = async (): Promise<string[]> =>
  ((await rig.session.scope()?.store.getOutbox({})) ?? []).map((item) => item.text);

describe('a history that was locked and opens again', () => {
  it('takes along what was written without it by who then logs in once more', async () => {
    await logIn();
    rig.last().lose();
    await write('from before');
    await rig.session.stop();
    vault.set({ status: 'locked' });
    rig = await createSessionRig(vault, rig.folder);
    await rig.session.restore();
    await logIn();
    rig.last().lose();
    await write('written meanwhile');
    vault.set({ status: 'keychain' });
    await logIn();
    rig.last().lose();
    expect(rig.session.view()).toMatchObject({ phase: 'signed-in', history: 'keychain' });
    expect(await outbox()).toEqual(['from before', 'written meanwhile']);
  });

  it('loses neither the draft that it had nor the one that was typed without it', async () => {
    await logIn();
    const type = async (text: string): Promise<unknown> =>
      rig.session.scope()?.store.saveDraft({ peerId: bo, draft: { text, caret: text.length }, nowMs: 1 });
    const draft = async () => (await rig.session.scope()?.conversations())?.[0]?.draft;
    await type('old');
    vault.set({ status: 'locked' });
    rig = await rig.restart();
    await rig.session.restore();
    await logIn();
    await type('typed while locked');
    vault.set({ status: 'keychain' });
    await rig.session.retryHistory();
    expect(await draft()).toEqual({ text: 'old\ntyped while locked', caret: 22 });
    const { store } = rig.session.scope() ?? {};
    const unsent = await store?.getUnsent({});
    if (unsent !== undefined) await store?.takeUnsent({ unsent, nowMs: 2 });
    expect((await draft())?.text).toBe('old\ntyped while locked');
  });
});
