import { describe, expect, it } from 'vitest';
import { userId } from '../../src-shared/kernel/ids.ts';
import type { WireContact } from '../../src-shared/protocol/frames.ts';
import { settle } from '../connection/testing/fake-clock.ts';
import { anna, createScopeRig, wire, type ScopeRig } from '../testing/scope-rig.ts';

const contact = (id: number, username: string, online = false): WireContact => ({
  userId: userId(id),
  username,
  online,
  avatar: '',
});

/** Connected, with the contacts loaded as after each log-in. */
async function connected(rig: ScopeRig): Promise<void> {
  rig.link.setState({ phase: 'catching-up', epoch: 1 });
  await rig.scope().catchUp();
  await rig.ready();
}

describe('someone who is blocked', () => {
  const block = (rig: ScopeRig, isBlocked: boolean): void =>
    rig.scope().publish(rig.store.look().setBlocked({ userId: anna, isBlocked }));
  const blocked = (rig: ScopeRig): unknown[] =>
    rig
      .scope()
      .contacts.list()
      .filter((one) => one.isBlocked)
      .map((one) => one.userId);

  it('is marked so in the list, through snapshots, pushes, reconnects and restarts', async () => {
    const rig = await createScopeRig();
    rig.server.contacts = [contact(2, 'anna', true)];
    await connected(rig);
    block(rig, true);
    expect(blocked(rig)).toEqual([anna]);
    rig.link.say({ kind: 'contact-added', contact: contact(2, 'Anna', true) });
    rig.link.say({ kind: 'contacts-loaded', contacts: [contact(2, 'Anna', true)] });
    await rig.lose();
    await connected(rig);
    expect(blocked(rig)).toEqual([anna]);
    await rig.restart();
    expect(blocked(rig)).toEqual([anna]);
  });

  it('writes out of sight: kept, not listed, and not told what I read', async () => {
    const rig = await createScopeRig();
    await connected(rig);
    block(rig, true);
    rig.link.say({ kind: 'message-received', message: wire(1, 'hello') });
    await settle();
    expect(rig.shown()).toEqual(['hello:sent']);
    expect(await rig.scope().conversations()).toEqual([]);
    await rig.scope().readMarks.mark(
      anna,
      rig.messages().map((message) => message.rowId),
    );
    await rig.lose();
    await connected(rig);
    expect(rig.link.sent).toEqual([]);
    block(rig, false);
    expect(await rig.scope().conversations()).toMatchObject([{ peerId: anna, unreadCount: 1 }]);
  });

  it('is caught up with like everyone else', async () => {
    const rig = await createScopeRig();
    block(rig, true);
    rig.rows.push(wire(1, 'while I was away'));
    await connected(rig);
    expect(rig.shown()).toEqual(['while I was away:sent']);
  });
});
