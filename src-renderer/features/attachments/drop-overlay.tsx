import { Ban, Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { ContactView } from '../../../src-shared/ipc/views.ts';
import { Icon } from '../../ui/icon.tsx';
import type { DropStore } from './file-drops.ts';
import './drop-overlay.css';

/** Lies over a conversation while files are dragged over it: who would get them. */
export function DropOverlay({ store, peer }: { store: DropStore; peer: ContactView }) {
  const { t } = useTranslation();
  const count = useStore(store, ({ target, count }) =>
    target?.place === 'pane' && target.peerId === peer.userId ? count : null,
  );
  if (count === null) return null;
  return (
    <div className="drop-overlay">
      <Icon of={Download} size={32} />
      <strong>{t('drop.title', { name: peer.username })}</strong>
      <p>{count === 0 ? t('drop.nothingYet') : t('drop.text', { count })}</p>
    </div>
  );
}

/** Says where files can be dropped, while they are where they cannot. */
export function DropHint({ store }: { store: DropStore }) {
  const { t } = useTranslation();
  const { isOver, target } = useStore(
    store,
    useShallow(({ isOver, target }) => ({ isOver, target })),
  );
  if (!isOver || target !== null) return null;
  return (
    <output className="drop-hint">
      <Icon of={Ban} />
      {t('drop.hint')}
    </output>
  );
}
