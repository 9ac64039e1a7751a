import { useLayoutEffect, useMemo, useRef, useState, type DragEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import type { StagedView, TrayView } from '../../../src-shared/ipc/attachment-views.ts';
import type { StagedId } from '../../../src-shared/kernel/ids.ts';
import type { Attachments } from './attachments.ts';
import { StagedItem, StagedItems, StagedTotal } from './staged-item.tsx';
import { StagedRow, type Choice, type RowAction } from './staged-row.tsx';

type StagedListProps = {
  attachments: Attachments;
  tray: TrayView;
  isSending: boolean;
  preview: (staged: StagedView) => ReactNode;
};

/** Pixels of a row with its line below. */
const rowPx = 65;
/** Pixels beyond the list's edges that are in the page: from there the Tab key goes on. */
const bufferPx = 2 * rowPx;
/** Marks a drag that began in this list. */
const dragType = 'application/x-kith-staged';

/** Where a row that is being dragged would go: before the one at `at`. */
type Drag = { readonly stagedId: StagedId; readonly at: number };
/** A button that is to have the focus once the rows are no longer those `before`. */
type Wanted = { stagedId: StagedId | null; readonly action: RowAction; readonly before: readonly StagedView[] };

/**
 * The files of a tray in the order in which they will go, hundreds of them, of which those on screen are in the page.
 * Rows are moved by their buttons, by Alt and an arrow key, or dragged.
 */
export function StagedList({ attachments, tray, isSending, preview }: StagedListProps) {
  const { t } = useTranslation();
  const { peerId, staged } = tray;
  const list = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const [focusedId, setFocusedId] = useState<StagedId | null>(null);
  const [said, setSaid] = useState('');
  /** Where the focus belongs after the rows have changed: the button is in another place by then, or gone. */
  const wanted = useRef<Wanted | null>(null);
  const virtualizer = useRef<VirtualizerHandle>(null);
  const shown = useRef(staged);

  useLayoutEffect(() => {
    const { current } = wanted;
    // Until then whoever types goes on typing.
    if (current === null || current.before === staged) return;
    wanted.current = null;
    focusAction(list.current, current.stagedId, current.action);
  });
  useLayoutEffect(() => {
    const before = shown.current.length;
    shown.current = staged;
    if (staged.length > before) virtualizer.current?.scrollToIndex(before, { align: 'nearest' });
  });

  // They ask for the tray of that moment, and stay the same: a row is drawn again only where it changed itself.
  const handlers = useMemo(() => {
    const rowsNow = (): readonly StagedView[] => attachments.store.getState().trays.get(peerId)?.staged ?? [];
    const move = async (stagedId: StagedId, to: number): Promise<void> => {
      const rows = rowsNow();
      const name = rows.find((one) => one.stagedId === stagedId)?.name;
      if (name === undefined || to < 0 || to >= rows.length || attachments.store.getState().sending.has(peerId)) return;
      setSaid(t('tray.moved', { name, at: to + 1, total: rows.length }));
      await attachments.move(peerId, stagedId, to);
    };
    /** What was not done moves no focus, then or later. */
    const withFocus = async (stagedId: StagedId | null, action: RowAction, act: () => Promise<unknown>) => {
      const mine = { stagedId, action, before: rowsNow() };
      wanted.current = mine;
      await act();
      if (wanted.current === mine && rowsNow() === mine.before) wanted.current = null;
    };
    return {
      move,
      onAct: (stagedId: StagedId, action: RowAction): void => {
        const rows = rowsNow();
        const at = rows.findIndex((one) => one.stagedId === stagedId);
        if (action !== 'remove') {
          void withFocus(stagedId, action, () => move(stagedId, action === 'up' ? at - 1 : at + 1));
          return;
        }
        const next = (rows[at + 1] ?? rows[at - 1])?.stagedId ?? null;
        void withFocus(next, action, () => attachments.remove(peerId, [stagedId]));
      },
      onSet: (one: StagedView, choice: Choice): void => void attachments.set(peerId, { ...one, ...choice }),
      onDragStart: (event: DragEvent, stagedId: StagedId): void => {
        event.dataTransfer.setData(dragType, stagedId);
        event.dataTransfer.effectAllowed = 'move';
        setDrag({ stagedId, at: rowsNow().findIndex((one) => one.stagedId === stagedId) });
      },
      onDragOver: (event: DragEvent, stagedId: StagedId): void => {
        if (!event.dataTransfer.types.includes(dragType)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'move';
        const { top, height } = event.currentTarget.getBoundingClientRect();
        const at = rowsNow().findIndex((one) => one.stagedId === stagedId);
        const next = event.clientY < top + height / 2 ? at : at + 1;
        setDrag((was) => (was === null || was.at === next ? was : { ...was, at: next }));
      },
      onDragEnd: (): void => setDrag(null),
    };
  }, [attachments, peerId, t]);
  const drop = (event: DragEvent): void => {
    if (drag === null) return;
    event.preventDefault();
    const from = staged.findIndex(({ stagedId }) => stagedId === drag.stagedId);
    // Taken out of its old place first.
    const to = drag.at > from ? drag.at - 1 : drag.at;
    if (to !== from) void handlers.move(drag.stagedId, to);
    setDrag(null);
  };
  // A row that went away under the focus or in the middle of a drag would take either with it.
  const heldIds = [focusedId, drag?.stagedId];
  const held = staged.flatMap(({ stagedId }, at) => (heldIds.includes(stagedId) ? [at] : []));

  return (
    <>
      {/* Dragging is one way of three to change the order; the focus is only followed. */}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div
        ref={list}
        data-is-sending={isSending || undefined}
        className="staged-list scroll-area"
        onDrop={drop}
        onFocus={({ target }) => setFocusedId(stagedIdOf(target))}
        onBlur={() => setFocusedId(null)}
      >
        <StagedTotal value={staged.length}>
          <Virtualizer
            ref={virtualizer}
            as={StagedItems}
            item={StagedItem}
            data={staged}
            itemSize={rowPx}
            bufferSize={bufferPx}
            keepMounted={held}
          >
            {(one, at) => (
              <StagedRow
                key={one.stagedId}
                staged={one}
                maxFileBytes={tray.maxFileBytes}
                isFirst={at === 0}
                isLast={at === staged.length - 1}
                preparedBytes={tray.preparing?.stagedId === one.stagedId ? tray.preparing.doneBytes : null}
                dropMark={markOf(drag, at, staged.length)}
                preview={preview}
                handlers={handlers}
              />
            )}
          </Virtualizer>
        </StagedTotal>
      </div>
      <output className="visually-hidden">{said}</output>
    </>
  );
}

function markOf(drag: Drag | null, at: number, count: number): 'before' | 'after' | undefined {
  if (drag?.at === at) return 'before';
  return drag?.at === count && at === count - 1 ? 'after' : undefined;
}

function stagedIdOf(element: Element): StagedId | null {
  const row = element.closest<HTMLElement>('[data-staged-id]');
  return (row?.dataset['stagedId'] as StagedId | undefined) ?? null;
}

/** The same button of the row, or one beside it where it cannot be pressed, or what is written below the rows. */
function focusAction(list: HTMLElement | null, stagedId: StagedId | null, action: RowAction): void {
  if (list === null) return;
  const row = list.querySelector(`[data-staged-id="${stagedId}"]`);
  const button = row?.querySelector<HTMLElement>(`[data-action="${action}"]:not(:disabled)`);
  (button ?? row?.querySelector<HTMLElement>('[data-action]:not(:disabled)'))?.focus();
}
