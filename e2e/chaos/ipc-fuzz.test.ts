import { expect, test } from 'vitest';
import { requestChannels } from '../../src-shared/ipc/channels.ts';
import { fuzzChannel } from './ipc-fuzz.ts';

test('whatever a page says, main answers, does nothing that does not fit, and throws nothing', async () => {
  for (const channel of requestChannels) {
    const { faults, sound, calls } = await fuzzChannel(channel, 150, 7);
    // A busy computer is slow; how long main is held up belongs to the long run.
    expect(faults.filter((fault) => !fault.startsWith('a call held'))).toEqual([]);
    expect(sound, channel).toBeGreaterThan(20);
    expect(sound, channel).toBeLessThan(calls);
  }
}, 60_000);
