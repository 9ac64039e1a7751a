import { ipcMain } from 'electron';
import { appError } from '../../src-shared/kernel/app-error.ts';
import { err, type Result } from '../../src-shared/kernel/result.ts';
import { requestChannels } from '../../src-shared/ipc/channels.ts';
import type { RequestChannel } from '../../src-shared/ipc/contract.ts';
import type { Clock, Logger } from '../ports.ts';
import { createRateLimiter, type Rate } from './rate-limiter.ts';
import { isTrustedSender, type TrustedSender } from './sender-check.ts';

/** What a person and a quick page need many times over; a page gone mad is held back. */
const usualRate: Rate = { burst: 1_000, perSecond: 500 };
/** Each of these costs a process, a socket or a log-in. */
const costlyRate: Rate = { burst: 10, perSecond: 1 };
const rates: Partial<Record<RequestChannel, Rate>> = {
  'hosting:startLocal': costlyRate,
  'servers:probe': costlyRate,
  'session:register': costlyRate,
  'session:logIn': costlyRate,
  'session:logOut': costlyRate,
  'connection:retryNow': costlyRate,
  'contacts:add': { burst: 30, perSecond: 5 },
  'links:open': { burst: 5, perSecond: 1 },
  // These start other programs, or write files where a person sees them.
  'attachments:open': { burst: 20, perSecond: 2 },
  'attachments:showInFolder': { burst: 20, perSecond: 2 },
  'attachments:startDrag': { burst: 20, perSecond: 2 },
  'attachments:saveAs': { burst: 20, perSecond: 2 },
  // A picture takes the page longer than that; each is up to half a megabyte of disk.
  'attachments:keepThumb': { burst: 500, perSecond: 100 },
};

type IpcDeps = {
  readonly router: { readonly handle: (channel: string, payload: unknown) => Promise<Result<unknown>> };
  readonly trustedSender: () => TrustedSender;
  readonly clock: Clock;
  readonly log: Logger;
};

/**
 * Takes the requests of our window in and hands them to the router: one handler for each channel of the contract,
 * after the check of the sender (safety T29). A stranger's call is rejected; too many calls are answered with
 * `invalid-request`.
 */
export function registerIpc({ router, trustedSender, clock, log }: IpcDeps): void {
  for (const channel of requestChannels) {
    const mayPass = createRateLimiter(rates[channel] ?? usualRate, clock.monotonicMs);
    ipcMain.handle(channel, (event, payload: unknown) => {
      if (!isTrustedSender(event, trustedSender())) {
        log('ipc-stranger', { channel });
        throw new Error('denied');
      }
      if (!mayPass()) {
        log('ipc-too-many', { channel });
        return err(appError('invalid-request'));
      }
      return router.handle(channel, payload);
    });
  }
}
