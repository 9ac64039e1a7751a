import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { AppErrorCode } from '../../src-shared/kernel/app-error.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import { causeOfError } from '../connection/socket-cause.ts';

export type HttpAnswer = {
  readonly status: number;
  /** A header of the answer by its name in lower case. */
  readonly header: (name: string) => string | undefined;
  /** As it arrives, at the pace at which it is read. Throws where it is cut off. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends it unread. */
  readonly close: () => void;
};

/**
 * Asks for one address and follows nothing. No cookies, no referrer, no headers but those given; certificates are
 * checked as the system has it. Fails with why nothing answered; `cancelled` where `signal` ended it.
 */
export type HttpGet = (request: {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}) => Promise<Result<HttpAnswer, AppErrorCode>>;

/** {@link HttpGet} over Node's http and https. */
export const httpGet: HttpGet = (asked) => ask(asked, true);

function ask({ url, headers, signal }: Parameters<HttpGet>[0], mayAskAgain: boolean): ReturnType<HttpGet> {
  const { get } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve) => {
    let request;
    let isAnswered = false;
    try {
      request = get(url, { headers, signal }, (response) => {
        isAnswered = true;
        resolve(ok(answerOf(response)));
      });
    } catch {
      // No header can say it: a token or a tag of a server that gives out line breaks.
      return resolve(err('invalid-reply'));
    }
    request.on('error', (error) => {
      // What was cut off then is the answer: who reads it will see.
      if (isAnswered) return;
      // A connection kept from before may have been closed by the other side just when it was used again.
      if (request.reusedSocket && mayAskAgain && !signal.aborted) resolve(ask({ url, headers, signal }, false));
      else resolve(err(signal.aborted ? 'cancelled' : causeOf(error)));
    });
  });
}

function answerOf(response: IncomingMessage): HttpAnswer {
  // It may be closed while nobody reads it.
  response.on('error', () => undefined);
  return {
    status: response.statusCode ?? 0,
    header: (name) => {
      const value = response.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    body: response,
    close: () => void response.destroy(),
  };
}

function causeOf(error: Error): AppErrorCode {
  const cause = causeOfError(error);
  return cause === 'not-websocket' ? 'invalid-reply' : cause;
}
