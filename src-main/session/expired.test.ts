import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandId, userId } from '../../src-shared/kernel/ids.ts';
import { settle } from '../connection/testing/fake-clock.ts';
import { createSessionRig, credentials, no, yes, type SessionRig } from '../testing/session-rig.ts';

let rig: SessionRig;
beforeEach(async () => {
  rig = await createSessionRig();
});
afterEach(async () => {
  await rig.session.stop();
  rig.remove();
});

async function logIn(reply = yes(1, 'token 1')): Promise<void> {
  const outcome = rig.session.logIn(credentials());
  await rig.answer(reply);
  await outcome;
  await settle();
}
async function write(text: string): Promise<void> {
  const command = commandId(crypto.randomUUID());
  await rig.session.scope()?.outbox.sendText({ commandId: command, peerId: userId(2), text });
}
/** What stands in the queue of the account that is open. */
const queued = (): string[] =>
  rig.store
    .look()
    .getOutbox({})
    .map((item) => item.text);
/** The texts that this connection was given. */
const written = (link = rig.last()): string[] =>
  link.sent.flatMap((frame) => (frame.kind === 'send-message' ? [frame.content] : []));

/** Started again with a text that was not sent, and a server that does not know the token any more. */
async function startExpired(): Promise<void> {
  await logIn();
  rig.last().lose();
  await write('before');
  rig = await rig.restart();
  await rig.session.restore();
  await rig.answer(no('token expired'));
  await settle();
}

describe('a token that is refused', () => {
  it('stops the sending and is not tried again, while what is written goes on being kept', async () => {
    await startExpired();
    await write('meanwhile');
    await settle();
    expect(rig.session.view()).toMatchObject({ phase: 'expired', lastUsername: 'person 1' });
    expect(queued()).toEqual(['before', 'meanwhile']);
    expect([rig.links.length, written()]).toEqual([1, []]);
  });

  it('lets all of it out once when the same person has logged in again, in order', async () => {
    await startExpired();
    await write('meanwhile');
    const outcome = rig.session.logIn(credentials());
    rig.last().onSend = (frame) => {
      if (frame.kind === 'send-message') rig.last().say({ kind: 'message-acknowledged', messageId: frame.messageId });
    };
    await rig.answer(yes(1, 'token 2'));
    await outcome;
    await settle();
    expect(written()).toEqual(['before', 'meanwhile']);
    expect(queued()).toEqual([]);
  });

  it('lets out what no disk has, too, and keeps the draft, when the same person has logged in again', async () => {
    const outcome = rig.session.logIn(credentials({ history: 'memory' }));
    await rig.answer(yes(1, 'token 1'));
    await outcome;
    rig.last().lose();
    await write('only in memory');
    await rig.session.scope()?.store.saveDraft({ peerId: userId(2), draft: { text: 'half', caret: 2 }, nowMs: 1 });
    await rig.answer(no('token expired'));
    const again = rig.session.logIn(credentials({ history: 'memory' }));
    await rig.answer(yes(1, 'token 2'));
    await again;
    await settle();
    expect(written()).toEqual(['only in memory']);
    expect((await rig.session.scope()?.conversations())?.[0]?.draft).toEqual({ text: 'half', caret: 2 });
  });

  it('gives nothing that no disk has to somebody else who logs in', async () => {
    const outcome = rig.session.logIn(credentials({ history: 'memory' }));
    await rig.answer(yes(1, 'token 1'));
    await outcome;
    rig.last().lose();
    await write('only in memory');
    await rig.answer(no('token expired'));
    const other = rig.session.logIn(credentials({ history: 'memory' }));
    await rig.answer(yes(9, 'token of another'));
    await other;
    await settle();
    expect([queued(), written()]).toEqual([[], []]);
  });

  it('gives nothing of it to somebody else who logs in, and keeps it for whom it belongs to', async () => {
    await startExpired();
    await logIn(yes(9, 'token of another'));
    expect(rig.session.view()).toMatchObject({ phase: 'signed-in', account: { userId: 9 } });
    expect([queued(), written()]).toEqual([[], []]);
    expect(new Set(rig.store.opened.map((input) => input.path)).size).toBe(2);
    await write('from another');
    await settle();
    expect(written()).toEqual(['from another']);
    await logIn(yes(1, 'token 3'));
    expect(written()).toEqual(['before']);
  });
});
