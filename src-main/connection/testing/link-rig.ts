import { serverUrl, userId } from '../../../src-shared/kernel/ids.ts';
import { ok, type Result } from '../../../src-shared/kernel/result.ts';
import type { ServerFrame } from '../../../src-shared/protocol/frames.ts';
import type { LargeFrames } from '../frame-reader.ts';
import type { InboundFrame } from '../inbound-frame.ts';
import { createLink } from '../create-link.ts';
import type { LinkState, LinkTarget } from '../link.ts';
import { createFakeClock, settle } from './fake-clock.ts';
import { createFakeDial } from './fake-dial.ts';

export const me = userId(1);
export const loggedIn: ServerFrame = {
  kind: 'logged-in',
  account: { userId: me, username: 'ann', email: '', avatar: '' },
  token: 'new',
};
export const contacts: ServerFrame = { kind: 'contacts-loaded', contacts: [] };

/** A link with a fake clock, a fake network, a target that logs in by token, and records of all it tells. */
export function createLinkRig(
  options: { fraction?: number; catchUp?: () => Promise<Result<void>>; largeFrames?: LargeFrames } = {},
) {
  const clock = createFakeClock();
  const fake = createFakeDial();
  const logged: string[] = [];
  const link = createLink({
    clock,
    random: { fraction: () => options.fraction ?? 0.5 },
    log: (event, facts) => logged.push(JSON.stringify([event, facts])),
    dialer: fake.dial,
    ...(options.largeFrames && { largeFrames: options.largeFrames }),
  });
  const states: LinkState[] = [];
  const events: string[] = [];
  const pushed: InboundFrame[] = [];
  link.onState((state) => {
    states.push(state);
    events.push(state.phase);
  });
  const blamed: boolean[] = [];
  link.onClosed(({ epoch, code, wasReady, isServersDoing }) => {
    events.push(`closed ${epoch} ${code} ${wasReady}`);
    blamed.push(isServersDoing);
  });
  link.onPush((frame) => pushed.push(frame));
  const target: LinkTarget = {
    serverUrl: serverUrl('ws://127.0.0.1:1'),
    authenticate: async (request) => {
      const reply = await request({ kind: 'log-in-by-token', token: 'old' });
      return reply.ok ? ok(undefined) : reply;
    },
    catchUp: options.catchUp ?? (() => Promise.resolve(ok(undefined))),
  };
  async function becomeReady(): Promise<void> {
    fake.last().open();
    await settle();
    fake.last().say(loggedIn);
    await settle();
  }
  const phases = (): string[] => states.map((state) => state.phase);
  return { clock, fake, link, states, phases, events, blamed, pushed, target, logged, becomeReady };
}
