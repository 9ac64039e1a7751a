import { appError } from '../src-shared/kernel/app-error.ts';
import { err, ok, type Result } from '../src-shared/kernel/result.ts';
import { requests, type ParsedRequestOf, type ReplyOf, type RequestChannel } from '../src-shared/ipc/contract.ts';
import { isDiskFull } from './files/atomic-file.ts';
import { StoreFailure, type Logger } from './ports.ts';

export type Handlers = {
  readonly [C in RequestChannel]: (request: ParsedRequestOf<C>) => Promise<Result<ReplyOf<C>>>;
};

export type IpcRouter = {
  /** Checks the payload against the channel's schema and answers. Never rejects: whatever goes wrong is a `Result`. */
  readonly handle: (channel: string, payload: unknown) => Promise<Result<unknown>>;
};

/** The request, or how many things are wrong with it. */
function parse(channel: RequestChannel, payload: unknown): Result<unknown, number> {
  try {
    const parsed = requests[channel].request.safeParse(payload);
    return parsed.success ? ok(parsed.data) : err(parsed.error.issues.length);
  } catch {
    // A schema throws where it would freeze what cannot be frozen, such as bytes in the place of an object.
    return err(1);
  }
}

/** Takes requests of the window in, whoever they really come from: the shell has checked the sender, this checks the content. */
export function createIpcRouter(handlers: Handlers, log: Logger): IpcRouter {
  async function answer(channel: RequestChannel, payload: unknown): Promise<Result<unknown>> {
    const parsed = parse(channel, payload);
    if (!parsed.ok) {
      log('ipc-rejected', { channel, issues: parsed.error });
      return err(appError('invalid-request'));
    }
    try {
      const handler = handlers[channel] as (request: unknown) => Promise<Result<unknown>>;
      return await handler(parsed.value);
    } catch (error) {
      if (error instanceof StoreFailure) {
        log('store-failed', { channel, code: error.code });
        return err(appError(error.code));
      }
      log('handler-failed', { channel, error: error instanceof Error ? error.name : 'unknown' });
      // Settings and the like are files of their own.
      return err(appError(isDiskFull(error) ? 'disk-full' : 'unexpected'));
    }
  }
  return {
    handle: async (channel, payload) =>
      Object.hasOwn(requests, channel) ? answer(channel as RequestChannel, payload) : err(appError('invalid-request')),
  };
}
