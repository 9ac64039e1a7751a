import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { TransferView } from '../../../src-shared/ipc/attachment-views.ts';
import { Icon } from '../../ui/icon.tsx';
import { doneShare } from './transfer-line.ts';
import './transfer-ring.css';

/** 36 across, with a stroke of 2.5 and a pixel of air around it. */
const radius = 15.75;
const length = 2 * Math.PI * radius;

type TransferRingProps = {
  name: string;
  /** Null: it waits, and nobody has said more yet. */
  transfer: TransferView | null;
  canTab: boolean;
  onCancel: () => void;
};

/** How far the bytes of a file are, and in it the button that stops them. */
export function TransferRing({ name, transfer, canTab, onCancel }: TransferRingProps) {
  const { t } = useTranslation();
  const share = transfer === null ? 0 : doneShare(transfer);
  const hasWhole = transfer?.totalBytes != null;
  return (
    <span className="transfer-ring">
      <svg
        viewBox="0 0 36 36"
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a ring cannot be drawn of a <progress>
        role="progressbar"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={hasWhole || transfer === null ? Math.floor(share * 100) : undefined}
      >
        <circle className="whole" cx="18" cy="18" r={radius} />
        {share > 0 && (
          <circle className="done" cx="18" cy="18" r={radius} strokeDasharray={`${share * length} ${length}`} />
        )}
      </svg>
      <button
        type="button"
        tabIndex={canTab ? 0 : -1}
        aria-label={t('media.cancel', { name })}
        title={t('common.cancel')}
        onClick={onCancel}
      >
        <Icon of={X} />
      </button>
    </span>
  );
}
