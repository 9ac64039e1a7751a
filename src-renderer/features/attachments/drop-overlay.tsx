import { Ban, Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { ContactView } from '../../../src-shared/ipc/views.ts';
import type { UserId } from '../../../src-shared/kernel/ids.ts';
import { Icon } from '../../ui/icon.tsx';
import type { DropStore } from './file-drops.ts';
import './drop-overlay.css';

/** Lies over a conversation while files are dragged over it: who would get them, or why nobody does. */
export function DropOverlay({ store, peer }: { store: DropStore; peer: ContactView }) {
  const { t } = useTranslation();
  const isOverBlocked = useStore(store, ({ blocked }) => blocked?.place === 'pane' && blocked.peerId === peer.userId);
  const count = useStore(store, ({ target, count }) =>
    target?.place === 'pane' && target.peerId === peer.userId ? count : null,
  );
  if (isOverBlocked)
    return (
      <div className="drop-overlay refusing">
        <Icon of={Ban} size={32} />
        <strong>{t('person.blocked', { name: peer.username })}</strong>
        <p>{t('drop.blocked')}</p>
      </div>
    );
  return count === null ? null : <Inviting name={peer.username} count={count} />;
}

/** The same over an open tray, which takes more files for whom it is. */
export function TrayDropOverlay({ store, name }: { store: DropStore; name: string }) {
  const count = useStore(store, ({ target, count }) => (target?.place === 'tray' ? count : null));
  return count === null ? null : <Inviting name={name} count={count} />;
}

function Inviting({ name, count }: { name: string; count: number }) {
  const { t } = useTranslation();
  return (
    <div className="drop-overlay">
      <Icon of={Download} size={32} />
      <strong>{t('drop.title', { name })}</strong>
      <p>{count === 0 ? t('drop.nothingYet') : t('drop.text', { count })}</p>
    </div>
  );
}

/** Says where files can be dropped, while they are where they cannot, or who is blocked. */
export function DropHint({ store, nameOf }: { store: DropStore; nameOf: (peerId: UserId) => string }) {
  const { t } = useTranslation();
  const { isOver, target, blocked } = useStore(
    store,
    useShallow(({ isOver, target, blocked }) => ({ isOver, target, blocked })),
  );
  // Over a pane there is more room to say it.
  if (!isOver || target !== null || blocked?.place === 'pane') return null;
  return (
    // Over an open dialog too.
    <output className="drop-hint" popover="manual" ref={(hint) => hint?.showPopover()}>
      <Icon of={Ban} />
      {blocked === null
        ? t('drop.hint')
        : `${t('person.blocked', { name: nameOf(blocked.peerId) })} ${t('drop.blocked')}`}
    </output>
  );
}
