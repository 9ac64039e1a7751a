import { useLayoutEffect, useRef, useState, type DragEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StagedView, TrayView } from '../../../src-shared/ipc/attachment-views.ts';
import type { StagedId } from '../../../src-shared/kernel/ids.ts';
import { Button } from '../../ui/button.tsx';
import type { Attachments } from './attachments.ts';
import { StagedRow, type RowAction } from './staged-row.tsx';

type StagedListProps = {
  attachments: Attachments;
  tray: TrayView;
  isSending: boolean;
  preview: (staged: StagedView) => ReactNode;
};

/** A thousand refused ones need not be drawn to be counted. */
const rowsAtFirst = 250;
/** Marks a drag that began in this list. */
const dragType = 'application/x-kith-staged';

/** Where a row that is being dragged would go: before the one at `at`. */
type Drag = { readonly stagedId: StagedId; readonly at: number };

/** The files of a tray in the order in which they will go. Rows are moved by their buttons, by Alt and an arrow key, or dragged. */
export function StagedList({ attachments, tray, isSending, preview }: StagedListProps) {
  const { t } = useTranslation();
  const { peerId, staged } = tray;
  const list = useRef<HTMLUListElement>(null);
  const [shownRows, setShownRows] = useState(rowsAtFirst);
  const [drag, setDrag] = useState<Drag | null>(null);
  const [said, setSaid] = useState('');
  /** Where the focus belongs after the rows have changed: the button is in another place by then, or gone. */
  const wanted = useRef<{ stagedId: StagedId | null; action: RowAction } | null>(null);

  useLayoutEffect(() => {
    const { current } = wanted;
    if (current === null) return;
    wanted.current = null;
    focusAction(list.current, current.stagedId, current.action);
  });

  const move = (one: StagedView, to: number): void => {
    if (to < 0 || to >= staged.length || isSending) return;
    setSaid(t('tray.moved', { name: one.name, at: to + 1, total: staged.length }));
    void attachments.move(peerId, one.stagedId, to);
  };
  const act = (one: StagedView, at: number, action: RowAction): void => {
    wanted.current = { stagedId: one.stagedId, action };
    if (action === 'up') return move(one, at - 1);
    if (action === 'down') return move(one, at + 1);
    wanted.current.stagedId = (staged[at + 1] ?? staged[at - 1])?.stagedId ?? null;
    void attachments.remove(peerId, [one.stagedId]);
  };
  const dragOver = (event: DragEvent<HTMLLIElement>, at: number): void => {
    if (drag === null || !event.dataTransfer.types.includes(dragType)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'move';
    const { top, height } = event.currentTarget.getBoundingClientRect();
    const next = event.clientY < top + height / 2 ? at : at + 1;
    if (next !== drag.at) setDrag({ ...drag, at: next });
  };
  const drop = (event: DragEvent<HTMLUListElement>): void => {
    if (drag === null) return;
    event.preventDefault();
    const from = staged.findIndex(({ stagedId }) => stagedId === drag.stagedId);
    const one = staged[from];
    // Taken out of its old place first.
    const to = drag.at > from ? drag.at - 1 : drag.at;
    if (one !== undefined && to !== from) move(one, to);
    setDrag(null);
  };

  return (
    <>
      {/* Dragging is one way of three to change the order. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <ul ref={list} className="staged-list scroll-area" aria-label={t('tray.list')} onDrop={drop}>
        {staged.slice(0, shownRows).map((one, at) => (
          <StagedRow
            key={one.stagedId}
            staged={one}
            maxFileBytes={tray.maxFileBytes}
            place={{ isFirst: at === 0, isLast: at === staged.length - 1 }}
            isSending={isSending}
            preparedBytes={tray.preparing?.stagedId === one.stagedId ? tray.preparing.doneBytes : null}
            dropMark={markOf(drag, at, staged.length)}
            preview={preview(one)}
            onAct={(action) => act(one, at, action)}
            onSet={(choice) => void attachments.set(peerId, { ...one, ...choice })}
            onDragStart={(event) => {
              event.dataTransfer.setData(dragType, one.stagedId);
              event.dataTransfer.effectAllowed = 'move';
              setDrag({ stagedId: one.stagedId, at });
            }}
            onDragOver={(event) => dragOver(event, at)}
            onDragEnd={() => setDrag(null)}
          />
        ))}
        {staged.length > shownRows && (
          <li>
            <Button variant="link" onClick={() => setShownRows(shownRows + rowsAtFirst)}>
              {t('tray.more', { count: staged.length - shownRows })}
            </Button>
          </li>
        )}
      </ul>
      <output className="visually-hidden">{said}</output>
    </>
  );
}

function markOf(drag: Drag | null, at: number, count: number): 'before' | 'after' | undefined {
  if (drag?.at === at) return 'before';
  return drag?.at === count && at === count - 1 ? 'after' : undefined;
}

/** The same button of the row, or one beside it where it cannot be pressed, or what is written below the rows. */
function focusAction(list: HTMLElement | null, stagedId: StagedId | null, action: RowAction): void {
  if (list === null) return;
  const row = list.querySelector(`[data-staged-id="${stagedId}"]`);
  const button = row?.querySelector<HTMLElement>(`[data-action="${action}"]:not(:disabled)`);
  (button ?? row?.querySelector<HTMLElement>('[data-action]:not(:disabled)'))?.focus();
}
