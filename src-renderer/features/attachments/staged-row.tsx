import { ChevronDown, ChevronUp, CircleAlert, X } from 'lucide-react';
import { memo, type DragEvent, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import {
  isSendable,
  maxPastedBytes,
  maxStagedFiles,
  type StagedProblem,
} from '../../../src-shared/domain/attachment.ts';
import type { StagedView } from '../../../src-shared/ipc/attachment-views.ts';
import type { StagedId } from '../../../src-shared/kernel/ids.ts';
import { IconButton } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/choice.tsx';
import { FileName } from '../../ui/file-name.tsx';
import { formatByteProgress, formatByteSize } from '../../ui/file-text.ts';
import { Icon } from '../../ui/icon.tsx';
import { useLocale } from '../../ui/use-locale.ts';

/** Letters of a name that fit into a row, with what can be chosen for an image and without. */
const nameWidths = { image: 32, file: 44 };

export type RowAction = 'up' | 'down' | 'remove';
export type Choice = Partial<Pick<StagedView, 'isAsFile' | 'keepsMetadata'>>;

type RowHandlers = {
  readonly onAct: (stagedId: StagedId, action: RowAction) => void;
  readonly onSet: (staged: StagedView, choice: Choice) => void;
  readonly onDragStart: (event: DragEvent, stagedId: StagedId) => void;
  readonly onDragOver: (event: DragEvent, stagedId: StagedId) => void;
  readonly onDragEnd: () => void;
};

type StagedRowProps = {
  staged: StagedView;
  maxFileBytes: number;
  isFirst: boolean;
  isLast: boolean;
  /** How much of it has been copied, after Send was pressed; null: it is not its turn. */
  preparedBytes: number | null;
  /** Where a row that is being dragged would go. */
  dropMark: 'before' | 'after' | undefined;
  preview: (staged: StagedView) => ReactNode;
  handlers: RowHandlers;
};

/** One file of the tray: what it is, what is done to it, or why it stays behind. */
export const StagedRow = memo(function StagedRow(props: StagedRowProps) {
  const { staged, isFirst, isLast, handlers } = props;
  const { t } = useTranslation();
  const { stagedId, name, problem } = staged;
  const isAlone = isFirst && isLast;
  const hasChoices = staged.kind === 'image' && isSendable(problem);
  const act = (action: RowAction): void => handlers.onAct(stagedId, action);
  const press = (event: KeyboardEvent): void => {
    const action = ({ ArrowUp: 'up', ArrowDown: 'down' } as const)[event.key];
    if (action === undefined || !event.altKey) return;
    event.preventDefault();
    act(action);
  };
  return (
    // Alt and an arrow key do what the two buttons do.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className="staged-row"
      data-staged-id={stagedId}
      data-drop-mark={props.dropMark}
      draggable={!isAlone}
      onKeyDown={press}
      onDragStart={(event) => handlers.onDragStart(event, stagedId)}
      onDragOver={(event) => handlers.onDragOver(event, stagedId)}
      onDragEnd={handlers.onDragEnd}
    >
      <span className="staged-thumb">{props.preview(staged)}</span>
      <span className="staged-words">
        <FileName name={name} maxWidth={nameWidths[hasChoices ? 'image' : 'file']} />
        <Facts staged={staged} maxFileBytes={props.maxFileBytes} preparedBytes={props.preparedBytes} />
      </span>
      {hasChoices && <Choices staged={staged} onSet={(choice) => handlers.onSet(staged, choice)} />}
      {!isAlone && (
        <span className="staged-order">
          <IconButton
            icon={ChevronUp}
            size="small"
            label={t('tray.moveUp', { name })}
            disabled={isFirst}
            data-action="up"
            onClick={() => act('up')}
          />
          <IconButton
            icon={ChevronDown}
            size="small"
            label={t('tray.moveDown', { name })}
            disabled={isLast}
            data-action="down"
            onClick={() => act('down')}
          />
        </span>
      )}
      <IconButton icon={X} label={t('tray.remove', { name })} data-action="remove" onClick={() => act('remove')} />
    </div>
  );
});

function Choices({ staged, onSet }: { staged: StagedView; onSet: (choice: Choice) => void }) {
  const { t } = useTranslation();
  const { isAsFile, keepsMetadata, hasMetadata } = staged;
  return (
    <span className="staged-choices">
      <Checkbox
        label={t('tray.asFile')}
        checked={isAsFile}
        onChange={({ target }) => onSet({ isAsFile: target.checked })}
      />
      {hasMetadata && !isAsFile && (
        <Checkbox
          label={t('tray.original')}
          checked={keepsMetadata}
          onChange={({ target }) => onSet({ keepsMetadata: target.checked })}
        />
      )}
    </span>
  );
}

/** What is wrong with these cannot be understood without it. */
const hasSize: ReadonlySet<StagedProblem> = new Set(['too-large', 'changed']);

function Facts(props: Pick<StagedRowProps, 'staged' | 'maxFileBytes' | 'preparedBytes'>) {
  const { staged, maxFileBytes, preparedBytes } = props;
  const { t } = useTranslation();
  const locale = useLocale();
  const { name, problem, sizeBytes } = staged;
  const size = sizeBytes === null ? null : formatByteSize(sizeBytes, locale);
  const isBeingSent = preparedBytes !== null && sizeBytes !== null;
  if (problem !== null && !isBeingSent) {
    const maxBytes = problem === 'too-large-to-paste' ? maxPastedBytes : maxFileBytes;
    const limit = problem === 'too-many' ? maxStagedFiles : formatByteSize(maxBytes, locale);
    const reason = t(`tray.problem.${problem}`, { limit });
    return (
      <span className="staged-facts bad">
        <Icon of={CircleAlert} size={14} />
        <span>{hasSize.has(problem) && size !== null ? t('tray.sizeAnd', { size, reason }) : reason}</span>
      </span>
    );
  }
  if (isBeingSent) {
    return (
      <span className="staged-facts numeric">
        <progress aria-label={t('tray.preparingOne', { name })} value={preparedBytes} max={sizeBytes} />
        {formatByteProgress(preparedBytes, sizeBytes, locale)}
      </span>
    );
  }
  return <span className="staged-facts numeric">{[size, metadataOf(staged)].filter(Boolean).join(' · ')}</span>;

  function metadataOf({ kind, hasMetadata, isAsFile, keepsMetadata }: StagedView): string | null {
    if (!hasMetadata) return null;
    if (kind === 'file') return t('tray.metadataPossible');
    return t(isAsFile || keepsMetadata ? 'tray.metadataKept' : 'tray.metadataRemoved');
  }
}
