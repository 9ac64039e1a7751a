import { expect, it } from 'vitest';
import { settle } from '../connection/testing/fake-clock.ts';
import { bytesOf } from '../connection/testing/file-source.ts';
import { anna, ben, createScopeRig, type ScopeRig } from '../testing/scope-rig.ts';
import { sendAll } from '../testing/send-scripts.ts';
import { comeBack, holdUploadAt, large } from '../testing/upload-scripts.ts';

const small = bytesOf(1_000);
const sent = (rig: ScopeRig): string[] => rig.link.uploads.map(({ name }) => name);

it('a file that waits is sent before the others, also before smaller ones to other people, and stands so', async () => {
  const rig = await createScopeRig();
  await rig.ready();
  const goOn = holdUploadAt(rig, 500_000);
  await rig.sendFile('first', large, ben);
  await rig.sendFile('a', large);
  await sendAll(rig, ['about a']);
  const wanted = await rig.sendFile('b', large);
  await rig.sendFile('small', small, ben);
  await rig.scope().outbox.sendFirst(wanted.rowId);
  expect(rig.shown()).toEqual(['b:queued', 'a:queued', 'about a:queued']);
  await goOn();
  expect(sent(rig)).toEqual(['first', 'b', 'small', 'a']);
  expect(rig.shown()).toEqual(['b:sent', 'a:sent', 'about a:sent']);
  const toAnna = rig.rows.filter(({ receiverId }) => receiverId === anna);
  expect(toAnna.map((row) => (row.type === 'file' ? 'file' : row.content))).toEqual(['file', 'file', 'about a']);
});

it('the order of the conversation is that of sending, whenever the turn of the others comes', async () => {
  const rig = await createScopeRig();
  await rig.sendFile('a', large);
  const wanted = await rig.sendFile('b', large);
  const letGo = rig.store.hold();
  const arranging = rig.scope().outbox.sendFirst(wanted.rowId);
  // The connection is there before the store has answered.
  const ready = rig.ready();
  await settle();
  expect(sent(rig)).toEqual([]);
  letGo();
  await Promise.all([arranging, ready]);
  await settle();
  expect(sent(rig)).toEqual(['b', 'a']);
  expect(rig.shown()).toEqual(['b:sent', 'a:sent']);
});

it('the order outlives the program', async () => {
  const rig = await createScopeRig();
  await rig.sendFile('a', large);
  const wanted = await rig.sendFile('b', large);
  await rig.scope().outbox.sendFirst(wanted.rowId);
  await rig.restart();
  await comeBack(rig);
  expect(sent(rig)).toEqual(['b', 'a']);
});

it('a store that does not take it changes nothing, and everything goes in its old order', async () => {
  const rig = await createScopeRig();
  await rig.sendFile('a', large);
  const wanted = await rig.sendFile('b', large);
  rig.store.fail('sendFirst', 'disk-full');
  await expect(rig.scope().outbox.sendFirst(wanted.rowId)).rejects.toMatchObject({ code: 'disk-full' });
  await rig.ready();
  await settle();
  expect(sent(rig)).toEqual(['a', 'b']);
});

it('nothing happens to what is a text, or on its way', async () => {
  const rig = await createScopeRig();
  await rig.ready();
  const goOn = holdUploadAt(rig, 500_000);
  const running = await rig.sendFile('a', large);
  await sendAll(rig, ['text']);
  await settle();
  await rig.scope().outbox.sendFirst(running.rowId);
  expect(rig.shown()).toEqual(['a:sending', 'text:queued']);
  await goOn();
  expect(rig.shown()).toEqual(['a:sent', 'text:sent']);
});
