import { expect, it } from 'vitest';
import { createFakeClock } from './connection/testing/fake-clock.ts';
import { createRareLog } from './rare-log.ts';

it('the same line is written once a minute, with how often it would have been', async () => {
  const clock = createFakeClock();
  const lines: unknown[] = [];
  const log = createRareLog((event, facts) => void lines.push([event, facts]), clock);
  for (let time = 0; time < 1_000; time += 1) log('ignored', { reason: 'binary' });
  log('ignored', { reason: 'not-json' });
  expect(lines).toEqual([
    ['ignored', { reason: 'binary', times: 1 }],
    ['ignored', { reason: 'not-json', times: 1 }],
  ]);
  await clock.advance(60_000);
  log('ignored', { reason: 'binary' });
  expect(lines.slice(2)).toEqual([['ignored', { reason: 'binary', times: 1_000 }]]);
});
