import { expect, test } from 'vitest';
import type { ChildPort } from '../ports.ts';
import { forkAhead } from './fork-ahead.ts';

function setUp() {
  const started: { readonly program: string; readonly child: ChildPort; readonly exit: () => void }[] = [];
  const { fork, ahead } = forkAhead((program) => {
    const exits: ((code: number | null) => void)[] = [];
    const child: ChildPort = {
      send: () => {},
      onMessage: () => {},
      onExit: (listener) => void exits.push(listener),
      kill: () => {},
    };
    started.push({ program, child, exit: () => exits.forEach((tell) => tell(1)) });
    return child;
  });
  return { started, fork, ahead };
}

test('who asks for a program that was started ahead gets that process, and the next one a new process', () => {
  const { started, fork, ahead } = setUp();
  ahead('store');
  expect(fork('store')).toBe(started[0]?.child);
  expect(fork('store')).toBe(started[1]?.child);
  expect(started).toHaveLength(2);
});

test('another program is started anew', () => {
  const { started, fork, ahead } = setUp();
  ahead('store');
  fork('server');
  expect(started.map(({ program }) => program)).toEqual(['store', 'server']);
});

test('a process that ended before anyone asked is not handed out', () => {
  const { started, fork, ahead } = setUp();
  ahead('store');
  started[0]?.exit();
  expect(fork('store')).toBe(started[1]?.child);
});
