import type { PersonHit } from '../../../src-shared/ipc/views.ts';
import type { StoreContext } from '../context.ts';
import { listPeople } from '../people.ts';
import { matchName } from './name-match.ts';
import type { Readings } from './pinyin.ts';

/** More than this fit only a query that says next to nothing. */
const maxPeople = 200;
/** After every name that fits; the very id goes first. */
const idRank = 4;

/** Everyone whose name or id has the folded query in it: the best fit first, contacts before others. */
export function searchPeople(context: StoreContext, query: string, readings: Readings | null): PersonHit[] {
  const found: (PersonHit & { readonly rank: number; readonly isContact: boolean })[] = [];
  for (const { userId, username, isContact } of listPeople(context)) {
    if (userId === context.self) continue;
    const name = matchName(username, query, readings);
    const id = String(userId);
    const at = id.indexOf(query);
    if (name === null && at < 0) continue;
    const rank = id === query ? -1 : (name?.rank ?? idRank);
    const idRanges = at < 0 ? [] : [{ start: at, end: at + query.length }];
    found.push({ userId, username, nameRanges: name?.ranges ?? [], idRanges, rank, isContact });
  }
  return found
    .toSorted(
      (a, b) =>
        a.rank - b.rank ||
        Number(b.isContact) - Number(a.isContact) ||
        a.username.length - b.username.length ||
        a.userId - b.userId,
    )
    .slice(0, maxPeople)
    .map(({ rank: _rank, isContact: _isContact, ...hit }) => hit);
}
