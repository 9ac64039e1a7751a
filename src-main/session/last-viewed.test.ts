import { expect, it } from 'vitest';
import { settle } from '../connection/testing/fake-clock.ts';
import { anna, ben, createScopeRig, wire, type ScopeRig } from '../testing/scope-rig.ts';

async function createRig(): Promise<ScopeRig> {
  const rig = await createScopeRig();
  rig.server.contacts = [anna, ben].map((userId) => ({ userId, username: `${userId}`, avatar: '', online: true }));
  await rig.ready();
  rig.link.say({ kind: 'message-received', message: wire(1, 'hello', { status: 'read' }) });
  await settle();
  return rig;
}
const viewedOf = async (rig: ScopeRig) => {
  const viewed = await rig.scope().viewedPage();
  return viewed === null ? null : { ...viewed, page: viewed.page.messages.map((message) => message.text) };
};

it('the conversation that was on screen is on screen after the next start, at its end', async () => {
  const rig = await createRig();
  expect(await viewedOf(rig)).toBeNull();
  rig.scope().setViewed(anna);
  await rig.restart();
  expect(await viewedOf(rig)).toEqual({ peerId: anna, start: 'newest', page: ['hello'] });
});

it('it begins at what was not read yet', async () => {
  const rig = await createRig();
  rig.scope().setViewed(anna);
  rig.link.say({ kind: 'message-received', message: wire(2, 'unread') });
  await settle();
  await rig.restart();
  expect(await viewedOf(rig)).toMatchObject({ start: 'first-unread', page: ['hello', 'unread'] });
});

it('it is known a second after it was opened, also where the program then dies', async () => {
  const rig = await createRig();
  rig.scope().setViewed(anna);
  rig.scope().setViewed(ben);
  expect(rig.store.calls).not.toContain('noteViewed');
  await rig.clock.advance(1_000);
  expect(rig.store.look().getOverview({}).viewedPeerId).toBe(ben);
});

it('none stays none, and someone who is not known any more is not shown', async () => {
  const rig = await createRig();
  rig.scope().setViewed(anna);
  rig.scope().setViewed(null);
  await rig.restart();
  expect(await viewedOf(rig)).toBeNull();
  rig.store.look().noteViewed({ peerId: 99 as typeof anna });
  await rig.restart();
  expect(await viewedOf(rig)).toBeNull();
});
