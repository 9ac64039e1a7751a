import { expect, it } from 'vitest';
import { appError } from '../../src-shared/kernel/app-error.ts';
import { err } from '../../src-shared/kernel/result.ts';
import { settle } from '../connection/testing/fake-clock.ts';
import { anna, createScopeRig, me, wire, type ScopeRig } from '../testing/scope-rig.ts';

/** Whoever asks for this conversation gets no answer, and loses the connection over it; it comes back at once. */
function fallSilentOverAnna(rig: ScopeRig): void {
  const { onRequest } = rig.link;
  rig.link.onRequest = (frame) => {
    if (frame.kind !== 'load-messages' || frame.targetId !== anna) return onRequest(frame);
    rig.link.link.reset('timeout');
    rig.link.ready();
    return err(appError('timeout'));
  };
}

it('a history over which the server falls silent each time costs a few connections, and not one after the other', async () => {
  const rig = await createScopeRig();
  rig.rows.push(wire(1, 'hello'));
  await rig.ready();
  for (const message of rig.rows) rig.link.say({ kind: 'message-received', message });
  await settle();
  fallSilentOverAnna(rig);
  rig.link.say({ kind: 'history-cleared', userId: me, targetId: anna });
  await rig.clock.advance(20 * 60_000);
  expect(rig.link.resets.length).toBeGreaterThan(0);
  expect(rig.link.resets.length).toBeLessThan(10);
});
