import type { TFunction } from 'i18next';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Bridge } from '../../src-shared/ipc/contract.ts';
import type { Notice } from '../../src-shared/ipc/views.ts';
import { Bar } from '../ui/bar.tsx';
import { Button } from '../ui/button.tsx';
import { formatClock } from '../ui/time.ts';
import { useLocale } from '../ui/use-locale.ts';
import { NewHistoryDialog } from './new-history-dialog.tsx';
import { dismissNotice, type NoticesStore } from './notices-store.ts';

function wordsOf(notice: Notice, triedAt: string | null, t: TFunction): string {
  const words = newsOf(notice, t);
  return triedAt === null
    ? words
    : t('common.sentences', { first: words, second: t('notice.triedAgain', { time: triedAt }) });
}

/** What was saved of a damaged history is said with it, and what would open a locked one. */
function newsOf({ kind, detail }: Notice, t: TFunction): string {
  const words = t(`notice.${kind}`);
  const followedBy = (second: string): string => t('common.sentences', { first: words, second });
  if (kind === 'history-locked' && detail !== '')
    return followedBy(t('notice.lockedWith', { keychain: detail, option: detail.replaceAll('_', '-') }));
  const count = kind === 'store-set-aside' ? Number(detail) : 0;
  return count > 0 ? followedBy(t('notice.saved', { count })) : words;
}

/** What may have passed meanwhile: the person can have it tried at once. */
const retriable = new Set<Notice['kind']>(['store-unavailable', 'history-locked', 'keychain-locked']);

/** One line for each thing the person should know, until they say that they do. */
export function NoticesBar({ store, bridge }: { store: NoticesStore; bridge: Bridge }) {
  const { t } = useTranslation();
  const notices = useStore(store, (state) => state.notices);
  const [asksForNew, setAsksForNew] = useState(false);
  const locale = useLocale();
  const [retrying, setRetrying] = useState<Notice['kind'] | null>(null);
  /** When it was tried again in vain, by the clock of the person. */
  const [triedAt, setTriedAt] = useState<Partial<Record<Notice['kind'], string>>>({});
  const retry = async (kind: Notice['kind']): Promise<void> => {
    setRetrying(kind);
    await bridge['history:retry']({}).catch(() => null);
    setRetrying(null);
    // Where it worked, main has ended the notice; a later one of its kind begins anew.
    const isStillSo = store.getState().notices.some((notice) => notice.kind === kind);
    setTriedAt((tried) => ({ ...tried, [kind]: isStillSo ? formatClock(Date.now(), locale) : undefined }));
  };
  const bars = notices.map((notice) => (
    <Bar
      key={notice.kind}
      icon={TriangleAlert}
      tone="caution"
      text={wordsOf(notice, triedAt[notice.kind] ?? null, t)}
      actions={
        <>
          {retriable.has(notice.kind) && (
            <Button variant="link" busy={retrying === notice.kind} onClick={() => void retry(notice.kind)}>
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
