import { maxWireInt, userId, type ServerUrl, type UserId } from '../../../src-shared/kernel/ids.ts';
import { err, ok, type Result } from '../../../src-shared/kernel/result.ts';
import type { AccountView, ContactView } from '../../../src-shared/ipc/views.ts';
import { parseAddLink } from '../../../src-shared/protocol/server-url.ts';

export type WantedIdProblem =
  | { readonly kind: 'missing' | 'invalid' | 'self' }
  | { readonly kind: 'already'; readonly contact: ContactView }
  | { readonly kind: 'otherServer'; readonly server: ServerUrl };

/**
 * Whom the person means: an id as digits (also full-width ones, and with the "ID" that stands before it on a card), or
 * a `kith://add/…` link of the same server.
 */
export function parseWantedId(
  typed: string,
  account: AccountView,
  contacts: ReadonlyMap<UserId, ContactView> | null,
): Result<UserId, WantedIdProblem> {
  const text = typed.normalize('NFKC').trim();
  if (text === '') return err({ kind: 'missing' });
  const link = parseAddLink(text);
  if (link.ok && link.value.server !== account.serverUrl)
    return err({ kind: 'otherServer', server: link.value.server });
  const digits = /^(?:ID\s*)?(\d{1,10})$/i.exec(text)?.[1];
  const id = link.ok ? link.value.userId : userId(Number(digits));
  if (!(id >= 1 && id <= maxWireInt)) return err({ kind: 'invalid' });
  if (id === account.userId) return err({ kind: 'self' });
  const contact = contacts?.get(id);
  return contact?.isContact === true ? err({ kind: 'already', contact }) : ok(id);
}
