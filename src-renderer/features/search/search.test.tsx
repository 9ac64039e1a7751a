import { act, fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { appError } from '../../../src-shared/kernel/app-error.ts';
import { rowId, userId } from '../../../src-shared/kernel/ids.ts';
import { err, ok, type Result } from '../../../src-shared/kernel/result.ts';
import type { ReplyOf } from '../../../src-shared/ipc/contract.ts';
import type { MessageHit, PersonHit } from '../../../src-shared/ipc/views.ts';
import { createDeferred } from '../../testing/deferred.ts';
import { createFakeBridge, type FakeBridge } from '../../testing/fake-bridge.ts';
import { aContact, me } from '../../testing/views.ts';
import { SearchBox } from './search-box.tsx';
import { SearchResults } from './search-results.tsx';
import { createSearcher } from './searcher.ts';

type Reply = ReplyOf<'search:find'>;
const nothing: Reply = { people: [], messages: [], next: null };

function aHit(row: number, excerpt: string, rest: Partial<MessageHit> = {}): MessageHit {
  const from = { peerId: userId(1), senderId: userId(1), kind: 'text', sizeBytes: null, ranges: [] } as const;
  return { rowId: rowId(row), ...from, atMs: Date.UTC(2026, 10, 20, 9, 41), excerpt, ...rest };
}
function aPerson(id: number, username: string, rest: Partial<PersonHit> = {}): PersonHit {
  return { userId: userId(id), username, nameRanges: [], idRanges: [], ...rest };
}

function show(find: (query: string, isMore: boolean) => Reply | Promise<Result<Reply>>) {
  const fake = createFakeBridge({
    'search:find': async ({ query, before }) => {
      const reply = await find(query, before !== null);
      return 'ok' in reply ? reply : ok(reply);
    },
  });
  const searcher = createSearcher(fake.bridge);
  const onOpen = vi.fn();
  const personOf = (id: number) => aContact(id, id === 1 ? '林晚' : `Person ${id}`);
  render(
    <>
      <SearchBox searcher={searcher} scopeName={null} onOpen={onOpen} />
      <SearchResults searcher={searcher} personOf={personOf} myId={me.userId} onOpen={onOpen} />
    </>,
  );
  return { fake, searcher, onOpen };
}
const queriesOf = (fake: FakeBridge): string[] => fake.callsTo('search:find').map(({ query }) => query);
const box = () => screen.getByRole('searchbox', { name: 'Search' });
const list = () => screen.getByRole('listbox', { name: 'Search results' });
const activeOption = () => document.getElementById(box().getAttribute('aria-activedescendant') ?? '');

test('shows people, then messages, with what was found marked', async () => {
  show(() => ({
    people: [aPerson(1, '林晚', { nameRanges: [{ start: 0, end: 1 }] })],
    messages: [
      aHit(7, '…去植物园', { ranges: [{ start: 2, end: 4 }] }),
      aHit(8, '植物.pdf', { kind: 'file', senderId: me.userId, ranges: [{ start: 0, end: 2 }] }),
    ],
    next: null,
  }));
  await userEvent.type(box(), '植物');
  const options = await within(list()).findAllByRole('option');
  expect(options).toHaveLength(3);
  expect(within(list()).getByRole('group', { name: 'People' })).toContainElement(options[0]!);
  expect(options[0]!.querySelector('mark')).toHaveTextContent('林');
  expect(options[1]).toHaveTextContent('…去植物园');
  expect(options[1]!.querySelector('mark')).toHaveTextContent('植物');
  expect(options[2]).toHaveTextContent('You: 植物.pdf');
  expect(await screen.findByText('3 results')).toBeInTheDocument();
});

test('the keys walk through the results and open one, while the box keeps the focus', async () => {
  const { onOpen, fake } = show((_, isMore) =>
    isMore
      ? { ...nothing, messages: [aHit(4, 'four')] }
      : {
          ...nothing,
          messages: Array.from({ length: 20 }, (_each, at) => aHit(100 - at, `hit ${at}`)),
          next: { kind: 'sorted', key: 5, rowId: rowId(81), backlogAbove: null },
        },
  );
  await userEvent.keyboard('{Control>}k{/Control}');
  expect(box()).toHaveFocus();
  await userEvent.keyboard('hit');
  await within(list()).findAllByRole('option');
  expect(activeOption()).toHaveTextContent('hit 0');
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}{Enter}');
  expect(onOpen).toHaveBeenLastCalledWith(expect.objectContaining({ message: expect.objectContaining({ rowId: 99 }) }));
  await userEvent.keyboard('{End}');
  expect(activeOption()).toHaveTextContent('hit 19');
  expect(await within(list()).findByText('four')).toBeVisible();
  expect(fake.callsTo('search:find').at(-1)?.before).toEqual({ kind: 'sorted', key: 5, rowId: 81, backlogAbove: null });
  await userEvent.keyboard('{Home}');
  expect(activeOption()).toHaveTextContent('hit 0');
  expect(box()).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  expect(box()).toHaveValue('');
  expect(within(list()).queryAllByRole('option')).toEqual([]);
});

test('a late reply to an older query never replaces a newer one', async () => {
  const late = createDeferred<Result<Reply>>();
  const { fake } = show((query) =>
    query === 'ab' ? late.promise : { ...nothing, messages: [aHit(2, `for ${query}`)] },
  );
  await userEvent.type(box(), 'ab');
  await vi.waitFor(() => expect(queriesOf(fake)).toContain('ab'));
  await userEvent.type(box(), 'c');
  expect(await within(list()).findByText('for abc')).toBeVisible();
  await act(async () => late.resolve(ok({ ...nothing, messages: [aHit(1, 'for ab')] })));
  expect(within(list()).getByText('for abc')).toBeVisible();
});

test('Enter before the reply opens what was asked for, never what an older query found', async () => {
  const second = createDeferred<Result<Reply>>();
  const { onOpen, fake } = show((query) =>
    query === 'Bob' ? second.promise : { ...nothing, people: [aPerson(1, 'Bo')] },
  );
  await userEvent.type(box(), 'Bo');
  await within(list()).findByRole('option');
  await userEvent.type(box(), 'b{Enter}');
  await vi.waitFor(() => expect(queriesOf(fake)).toContain('Bob'));
  expect(onOpen).not.toHaveBeenCalled();
  await act(async () => second.resolve(ok({ ...nothing, people: [aPerson(2, 'Bob'), aPerson(3, 'Bobby')] })));
  await within(list()).findByRole('option', { name: /Bobby/ });
  expect(onOpen.mock.calls).toEqual([[expect.objectContaining({ person: expect.objectContaining({ userId: 2 }) })]]);
});

test.each([
  ['walked through the older results before', '{ArrowDown}{Enter}'],
  ['walks through the older results after', '{Enter}{ArrowDown}'],
  ['empties the box', '{Enter}{Escape}'],
  ['goes elsewhere', '{Enter}{Tab}'],
])('Enter before the reply opens nothing for somebody who %s', async (_, keys) => {
  const second = createDeferred<Result<Reply>>();
  const people = [aPerson(1, 'Bo'), aPerson(4, 'Bodo')];
  const { onOpen, fake } = show((query) => (query === 'Bob' ? second.promise : { ...nothing, people }));
  await userEvent.type(box(), 'Bo');
  await within(list()).findAllByRole('option');
  await userEvent.type(box(), 'b');
  await vi.waitFor(() => expect(queriesOf(fake)).toContain('Bob'));
  await userEvent.keyboard(keys);
  await act(async () => second.resolve(ok({ ...nothing, people: [aPerson(2, 'Bob'), aPerson(3, 'Bobby')] })));
  await vi.waitFor(() => expect(list()).toHaveAttribute('aria-busy', 'false'));
  expect(onOpen).not.toHaveBeenCalled();
});

test('letters that an input method composes are not looked for', async () => {
  const { fake } = show(() => nothing);
  vi.useFakeTimers();
  box().focus();
  fireEvent.compositionStart(box());
  fireEvent.input(box(), { target: { value: "zhi'wu" }, isComposing: true });
  expect(box()).toHaveValue("zhi'wu");
  vi.runAllTimers();
  expect(fake.callsTo('search:find')).toEqual([]);
  vi.useRealTimers();
  fireEvent.keyDown(box(), { key: 'Enter', isComposing: true });
  fireEvent.input(box(), { target: { value: '植物' }, isComposing: true });
  fireEvent.compositionEnd(box());
  expect(await screen.findByText('Nothing found for “植物”')).toBeVisible();
  expect(fake.callsTo('search:find').map(({ query }) => query)).toEqual(['植物']);
});

test('goes on by itself where a page brings little', async () => {
  const { fake } = show((_, isMore) =>
    isMore
      ? { ...nothing, messages: [aHit(1, 'old'), aHit(9, 'new')] }
      : { ...nothing, messages: [aHit(9, 'new')], next: { kind: 'backlog', below: rowId(5), backlogAbove: 0 } },
  );
  await userEvent.type(box(), 'x');
  expect(await within(list()).findByText('old')).toBeVisible();
  expect(within(list()).getAllByRole('option')).toHaveLength(2);
  expect(fake.callsTo('search:find')).toHaveLength(2);
});

test('few of many people are shown until all are asked for', async () => {
  const { onOpen, searcher } = show(() => ({
    ...nothing,
    people: Array.from({ length: 9 }, (_, at) => aPerson(at + 2, `Name ${at}`)),
  }));
  await userEvent.type(box(), 'name');
  const all = await within(list()).findByRole('option', { name: 'Show all 9 people' });
  expect(within(list()).getAllByRole('option')).toHaveLength(5);
  await userEvent.click(all);
  expect(onOpen).toHaveBeenCalledWith(expect.objectContaining({ kind: 'all-people' }));
  act(() => searcher.showAllPeople());
  expect(within(list()).getAllByRole('option')).toHaveLength(9);
});

test('a message that was deleted leaves the results', async () => {
  const { fake } = show(() => ({ ...nothing, messages: [aHit(1, 'stays'), aHit(2, 'goes')] }));
  await userEvent.type(box(), 's');
  await within(list()).findByText('goes');
  act(() => fake.emit('messages:removed', [{ peerId: userId(1), rowId: rowId(2) }]));
  expect(within(list()).queryByText('goes')).toBeNull();
  expect(within(list()).getByText('stays')).toBeVisible();
});

test('says when nothing could be searched', async () => {
  show(async () => err(appError('unexpected')));
  await userEvent.type(box(), 'x');
  expect(await screen.findByText(/The search did not work/)).toBeVisible();
});

test('searches one conversation alone, and everywhere again', async () => {
  const { fake, searcher } = show(() => nothing);
  act(() => searcher.searchIn(userId(1)));
  expect(box()).toHaveFocus();
  await userEvent.keyboard('x');
  await screen.findByText('Nothing found for “x”');
  act(() => searcher.searchIn(null));
  await vi.waitFor(() => expect(fake.callsTo('search:find').map(({ peerId }) => peerId)).toEqual([1, null]));
});
