import type { WireMessage } from '../../../src-shared/protocol/frames.ts';
import { mergeHistory, type mergeLimits } from '../history-merge.ts';
import { sourceOf } from '../history-source.ts';
import type { MergeProgress, MergeReport } from '../operations.ts';
import { anna, fromMe, wire, type TestStore } from './test-store.ts';

/** So small that thirty messages are a long history. */
const tiny = { longRows: 8, batchRows: 3, newestRows: 5 };

/** Merges step by step; `between` is told how many steps were made, and stops it by answering false. */
export function mergeInSteps(
  store: TestStore,
  messages: readonly WireMessage[],
  between: (step: number) => boolean | void,
  options: { limits?: typeof mergeLimits; told?: MergeProgress[]; mayMatchContent?: boolean } = {},
): MergeReport | null {
  const steps = mergeHistory(
    store.store.context,
    {
      peerId: anna,
      source: sourceOf(messages),
      mayMatchContent: options.mayMatchContent ?? false,
      confirmedSince: [],
      nowMs: 9_000,
    },
    (progress) => options.told?.push(progress),
    options.limits ?? tiny,
  );
  for (let count = 0; ; count += 1) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (between(count) === false) {
      steps.return(undefined as never);
      return null;
    }
  }
}

/** Thirty messages, some of them mine, as a server hands them out. */
export const history = Array.from({ length: 30 }, (_, i) =>
  (i % 4 === 0 ? fromMe : wire)(100 + i, `text ${i}`, { status: i % 3 === 0 ? 'read' : 'sent' }),
);
