import { Download, FileImage } from 'lucide-react';
import { useRef, useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { Button } from '../../ui/button.tsx';
import { formatByteSize } from '../../ui/file-text.ts';
import { FileName } from '../../ui/file-name.tsx';
import { HostLine } from '../../ui/host-line.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useLocale } from '../../ui/use-locale.ts';
import { DrawnPicture } from './drawn-picture.tsx';
import { isMoving } from './file-card.tsx';
import type { MediaKit } from './media-kit.ts';
import { transferLine } from './transfer-line.ts';
import { TransferRing } from './transfer-ring.tsx';
import { useKeptFocus } from './use-kept-focus.ts';
import { usePicture } from './use-picture.ts';
import './image-bubble.css';

/** CSS pixels: a lower place holds a button, and no words beside it. */
const lowPx = 96;

type ImageBubbleProps = { message: MessageView; canTab: boolean; kit: MediaKit };

/** A picture in the list. Its place is reserved before anything of it is there, and never changes. */
export function ImageBubble({ message, canTab, kit }: ImageBubbleProps) {
  const { t } = useTranslation();
  const element = useRef<HTMLDivElement>(null);
  const { source, isPlaying, isUnreadable, isDamaged, onDrawn } = usePicture(message, element, kit);
  const [broken, setBroken] = useState<string | null>(null);
  // What was damaged and is fetched anew comes back under the same address.
  if (source === null && broken !== null) setBroken(null);
  const transfer = useStore(kit.transfers, ({ byRowId }) => byRowId.get(message.rowId) ?? null);
  const isUnderWay = isMoving(message, transfer);
  const box = kit.boxFor(message);
  const { width, height } = box;
  const name = message.text;
  const isHere = message.attachment?.source === 'here';
  const isTiny = (message.attachment?.width ?? Infinity) < width && (message.attachment?.height ?? Infinity) < height;
  const isShown = source !== null && source !== broken;
  const keptFocus = useKeptFocus();
  return (
    <div
      ref={element}
      {...keptFocus}
      className={isTiny ? 'picture tiny' : 'picture'}
      style={{ width, aspectRatio: `${width} / ${height}` }}
    >
      {isHere && (
        <button
          type="button"
          className="picture-open"
          tabIndex={canTab ? 0 : -1}
          aria-label={t('media.open', { name })}
          draggable
          onDragStart={(event: DragEvent) => {
            event.preventDefault();
            kit.actions.startDrag(message);
          }}
          onClick={() => kit.actions.open(message)}
        >
          {isShown && isPlaying && (
            <img src={source} alt={name} decoding="async" draggable={false} onError={() => setBroken(source)} />
          )}
          {isShown && !isPlaying && (
            <DrawnPicture
              source={source}
              name={name}
              place={isTiny ? null : box}
              onDrawn={onDrawn}
              onBroken={setBroken}
            />
          )}
          {(isUnreadable || (source !== null && !isShown)) && <Unreadable name={name} />}
        </button>
      )}
      {isHere && isShown && isDamaged && <span className="picture-damaged">{t('media.damaged')}</span>}
      {isUnderWay && (
        <span className="picture-over">
          <TransferRing
            name={name}
            transfer={transfer}
            canTab={canTab}
            onCancel={() => kit.actions.cancel(message.rowId)}
          />
        </span>
      )}
      {!isHere && !isUnderWay && <Elsewhere message={message} canTab={canTab} kit={kit} isLow={height < lowPx} />}
    </div>
  );
}

function Unreadable({ name }: { name: string }) {
  const { t } = useTranslation();
  return (
    <span className="picture-instead">
      <Icon of={FileImage} size={20} />
      <FileName name={name} />
      <span>{t('media.unreadable')}</span>
    </span>
  );
}

/** In the place of a picture whose bytes are not here and are not on their way. */
export function Elsewhere({ message, canTab, kit, isLow = false }: ImageBubbleProps & { isLow?: boolean }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const transfer = useStore(kit.transfers, ({ byRowId }) => byRowId.get(message.rowId) ?? null);
  const name = message.text;
  const source = message.attachment?.source ?? 'none';
  const host = message.attachment?.foreignHost ?? '';
  const isForeign = source === 'foreign';
  const words =
    transfer?.phase === 'failed'
      ? transferLine(t, transfer, locale)
      : source === 'none'
        ? t('media.nothing')
        : message.sizeBytes === null
          ? ''
          : formatByteSize(message.sizeBytes, locale);
  const before = words === '' ? {} : { before: words };
  const label =
    transfer?.phase === 'failed'
      ? ([t('common.retry'), t('media.retry', { name })] as const)
      : isForeign
        ? ([t('media.get'), t('media.getNamed', { name, host })] as const)
        : ([t('media.downloadIt'), t('media.download', { name })] as const);
  return (
    <span className="picture-instead late">
      {!isLow && <FileName name={name} />}
      {isForeign && transfer?.phase !== 'failed' ? (
        <HostLine {...before} host={host} />
      ) : (
        (!isLow || source === 'none') && (
          <span className={transfer?.phase === 'failed' ? 'failed' : undefined}>{words}</span>
        )
      )}
      {source !== 'none' && (
        <Button
          size="small"
          icon={Download}
          title={isLow ? words : undefined}
          tabIndex={canTab ? 0 : -1}
          aria-label={label[1]}
          onClick={() => kit.actions.download(message.rowId)}
        >
          {label[0]}
        </Button>
      )}
    </span>
  );
}
