import { appError } from '../../src-shared/kernel/app-error.ts';
import { err, type Result } from '../../src-shared/kernel/result.ts';
import { eventChannels, requestChannels } from '../../src-shared/ipc/channels.ts';
import type { Bridge, EventChannel, EventOf, ReplyOf, RequestChannel } from '../../src-shared/ipc/contract.ts';

/** What the page passes: files are still files. */
type RequestOf<C extends RequestChannel> = Parameters<Bridge[C]>[0];
type Answer<C extends RequestChannel> = (request: RequestOf<C>) => Result<ReplyOf<C>> | Promise<Result<ReplyOf<C>>>;
type Answers = { [C in RequestChannel]?: Answer<C> };
type Call = { readonly [C in RequestChannel]: { readonly channel: C; readonly request: RequestOf<C> } }[RequestChannel];

export type FakeBridge = {
  readonly bridge: Bridge;
  /** Every request so far, in order. */
  readonly calls: readonly Call[];
  /** The requests of one channel so far. */
  callsTo<C extends RequestChannel>(channel: C): RequestOf<C>[];
  /** Sets or replaces what a channel answers. A channel without an answer fails as `unexpected`. */
  answer<C extends RequestChannel>(channel: C, answer: Answer<C>): void;
  /** Lets main say something. */
  emit<E extends EventChannel>(channel: E, event: EventOf<E>): void;
};

/** A bridge in memory: a test plays the main process. */
export function createFakeBridge(initialAnswers: Answers = {}): FakeBridge {
  const answers: Answers = { ...initialAnswers };
  const calls: Call[] = [];
  const listeners = new Map<EventChannel, Set<(event: never) => void>>();

  const request = async <C extends RequestChannel>(channel: C, body: RequestOf<C>): Promise<Result<ReplyOf<C>>> => {
    calls.push({ channel, request: body } as unknown as Call);
    const answer = answers[channel];
    return answer === undefined ? err(appError('unexpected')) : answer(body);
  };
  const subscribe = (channel: EventChannel, listener: (event: never) => void): (() => void) => {
    const set = listeners.get(channel) ?? new Set();
    listeners.set(channel, set.add(listener));
    return () => set.delete(listener);
  };

  const requests = requestChannels.map((channel) => [channel, (body: never) => request(channel, body)]);
  const on = eventChannels.map((channel) => [channel, (listener: never) => subscribe(channel, listener)]);
  return {
    bridge: { ...Object.fromEntries(requests), on: Object.fromEntries(on) } as Bridge,
    calls,
    callsTo: (channel) => calls.filter((call) => call.channel === channel).map((call) => call.request),
    answer: (channel, answer) => {
      (answers as Record<string, unknown>)[channel] = answer;
    },
    emit: (channel, event) => {
      for (const listener of listeners.get(channel) ?? []) listener(event as never);
    },
  };
}
