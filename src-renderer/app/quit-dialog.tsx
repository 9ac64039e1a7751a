import { ArrowDown, ArrowUp } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { NamedTransfer } from '../../src-shared/ipc/attachment-views.ts';
import { doneShare, transferLine } from '../features/media/transfer-line.ts';
import { AlertDialog } from '../ui/alert-dialog.tsx';
import { FileName } from '../ui/file-name.tsx';
import { Icon } from '../ui/icon.tsx';
import { useLocale } from '../ui/use-locale.ts';
import type { App } from './create-app.ts';
import { usePersonOf } from './use-person-of.ts';
import type { Workspace } from './workspace.ts';
import './quit-dialog.css';

/** So many are named; who has more on the way knows that there are many. */
const namedTransfers = 50;
/** Letters of a name that fit into a row. */
const nameWidth = 40;

/** Asks before the program ends while files are on their way: main holds the end back once it hears that this is shown. */
export function QuitDialog({ app }: { app: App }) {
  const asked = useStore(app.quitting, (state) => state.asked);
  const workspace = useStore(app.workspace, (state) => state.current);
  // Nobody is logged in any more: unanswered, main goes on by itself.
  if (asked === null || workspace === null) return null;
  return <Question app={app} asked={asked} workspace={workspace} />;
}

type QuestionProps = { app: App; asked: readonly NamedTransfer[]; workspace: Workspace };

function Question({ app, asked, workspace }: QuestionProps) {
  const { t } = useTranslation();
  const answerQuit = app.bridge['app:answerQuit'];
  // Where no history is kept, neither files nor parts of them are.
  const isKept = useStore(app.session, ({ history }) => history !== 'memory');
  // Each time it is asked.
  useEffect(() => {
    if (asked.length > 0) void answerQuit({ answer: 'shown' });
  }, [asked, answerQuit]);
  const has = (direction: 'up' | 'down'): boolean => asked.some(({ transfer }) => transfer.direction === direction);
  return (
    <AlertDialog
      title={t('quit.title', { count: asked.length })}
      confirmLabel={t('quit.quit')}
      cancelLabel={t('quit.keepOpen')}
      isHarmless={isKept}
      onConfirm={() => void answerQuit({ answer: 'quit' })}
      onClose={() => {
        app.quitting.setState({ asked: null });
        void answerQuit({ answer: 'keep-open' });
      }}
    >
      {has('up') && <p>{t(isKept ? 'quit.uploads' : 'quit.uploadsLost')}</p>}
      {has('down') && <p>{t(isKept ? 'quit.downloads' : 'quit.downloadsLost')}</p>}
      <ul className="quit-list scroll-area" aria-label={t('quit.list')}>
        {asked.slice(0, namedTransfers).map((one) => (
          <Row key={one.transfer.rowId} one={one} workspace={workspace} />
        ))}
      </ul>
      {asked.length > namedTransfers && <p>{t('quit.more', { count: asked.length - namedTransfers })}</p>}
    </AlertDialog>
  );
}

/** One of them as it is now: it goes on while the person thinks. */
function Row({ one, workspace }: { one: NamedTransfer; workspace: Workspace }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { rowId, peerId, direction } = one.transfer;
  const { username } = usePersonOf(workspace.contacts)(peerId);
  const now = useStore(workspace.transfers, ({ byRowId }) => byRowId.get(rowId));
  const isRunning = now?.phase === 'running';
  return (
    <li>
      <Icon of={direction === 'up' ? ArrowUp : ArrowDown} />
      <span className="quit-words">
        <FileName name={one.name} maxWidth={nameWidth} />
        <span className="quit-facts numeric">
          <bdi>{t(direction === 'up' ? 'quit.to' : 'quit.from', { name: username })}</bdi>
          {' · '}
          {now === undefined ? t('quit.ended') : transferLine(t, now, locale)}
        </span>
        {isRunning && <progress aria-label={one.name} value={doneShare(now)} />}
      </span>
    </li>
  );
}
