import { expect, describe, it } from 'vitest';
import { settle } from '../connection/testing/fake-clock.ts';
import { anna, createScopeRig } from '../testing/scope-rig.ts';
import { loseEverything, sendAll } from '../testing/send-scripts.ts';

describe('a command that comes again', () => {
  it('sends nothing twice, and is answered with the same message', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    const command = rig.newCommand();
    const first = await rig.send('hello', anna, command);
    await settle();
    const again = await rig.send('hello', anna, command);
    await settle();
    expect(again.rowId).toBe(first.rowId);
    expect(rig.kept()).toEqual(['hello']);
  });

  it('holds up nothing where its message was deleted on its way', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    loseEverything(rig);
    const command = rig.newCommand();
    const { rowId } = await rig.send('deleted', anna, command);
    rig.scope().publish(await rig.scope().store.deleteMessage({ rowId, nowMs: 1 }));
    await rig.send('deleted', anna, command);
    rig.conform();
    await sendAll(rig, ['next']);
    expect(rig.shown()).toEqual(['next:sent']);
  });
});
