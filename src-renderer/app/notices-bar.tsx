import type { TFunction } from 'i18next';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Bridge } from '../../src-shared/ipc/contract.ts';
import type { Notice } from '../../src-shared/ipc/views.ts';
import { Bar } from '../ui/bar.tsx';
import { Button } from '../ui/button.tsx';
import { NewHistoryDialog } from './new-history-dialog.tsx';
import { dismissNotice, type NoticesStore } from './notices-store.ts';

/** What was saved of a damaged history is said with it, and what would open a locked one. */
function wordsOf({ kind, detail }: Notice, t: TFunction): string {
  const words = t(`notice.${kind}`);
  if (kind === 'history-locked' && detail !== '')
    return `${words} ${t('notice.lockedWith', { keychain: detail, option: detail.replaceAll('_', '-') })}`;
  const count = kind === 'store-set-aside' ? Number(detail) : 0;
  return count > 0 ? `${words} ${t('notice.saved', { count })}` : words;
}

/** What may have passed meanwhile: the person can have it tried at once. */
const retriable = new Set<Notice['kind']>(['store-unavailable', 'history-locked', 'keychain-locked']);

/** One line for each thing the person should know, until they say that they do. */
export function NoticesBar({ store, bridge }: { store: NoticesStore; bridge: Bridge }) {
  const { t } = useTranslation();
  const notices = useStore(store, (state) => state.notices);
  const [asksForNew, setAsksForNew] = useState(false);
  const bars = notices.map((notice) => (
    <Bar
      key={notice.kind}
      icon={TriangleAlert}
      tone="caution"
      text={wordsOf(notice, t)}
      actions={
        <>
          {retriable.has(notice.kind) && (
            <Button variant="link" onClick={() => void bridge['history:retry']({})}>
              {t('common.retry')}
            </Button>
          )}
          {notice.kind === 'history-locked' && (
            <Button variant="link" onClick={() => setAsksForNew(true)}>
              {t('locked.explain')}
            </Button>
          )}
          <Button variant="link" onClick={() => void dismissNotice({ store, bridge }, notice.kind)}>
            {t('common.dismiss')}
          </Button>
        </>
      }
    />
  ));
  return (
    <>
      {bars}
      {asksForNew && <NewHistoryDialog bridge={bridge} onClose={() => setAsksForNew(false)} />}
    </>
  );
}
