import { useEffect, useRef, useState, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { isMoving } from './file-card.tsx';
import { Elsewhere } from './image-bubble.tsx';
import type { MediaKit } from './media-kit.ts';
import { blobUrl } from './media-url.ts';
import { TransferRing } from './transfer-ring.tsx';
import { useDamage } from './use-damage.ts';
import type { Stage } from './use-stage.ts';

/** A wheel's notch is 100 units: 1.2 times as large. */
const zoomPerWheelUnit = Math.log(1.2) / 100;

type ViewerStageProps = { message: MessageView; stage: Stage; kit: MediaKit };

/** The picture: zoomed with the wheel where the pointer is, moved by dragging, whole or at its own size by a double click. */
export function ViewerStage({ message, stage, kit }: ViewerStageProps) {
  const { t } = useTranslation();
  const element = useRef<HTMLDivElement | null>(null);
  const [broken, setBroken] = useState<string | null>(null);
  const [isDragging, setIsDragging] = useState(false);
  const transfer = useStore(kit.transfers, ({ byRowId }) => byRowId.get(message.rowId) ?? null);
  const { blobId, thumbId } = message.attachment ?? { blobId: null, thumbId: null };
  const { placement, picture, scale } = stage;

  const { zoomAt } = stage;
  useEffect(() => {
    const target = element.current;
    if (target === null) return undefined;
    // Not through React, whose listener could not keep the page from zooming.
    const turn = (event: WheelEvent): void => {
      event.preventDefault();
      zoomAt(Math.exp(-event.deltaY * zoomPerWheelUnit), fromMiddle(target, event));
    };
    target.addEventListener('wheel', turn, { passive: false });
    return () => target.removeEventListener('wheel', turn);
  }, [zoomAt]);
  const drag = (event: PointerEvent): void => {
    if (isDragging) stage.pan({ x: event.movementX, y: event.movementY });
  };

  const isDamaged = useDamage(message);
  const source = blobId === null ? null : blobUrl(blobId);
  const size =
    picture === null || scale === null ? {} : { width: picture.width * scale, height: picture.height * scale };
  const transform = `translate(-50%, -50%) translate(${placement.x}px, ${placement.y}px) rotate(${placement.rotation}deg)`;
  const look = { ...size, transform };
  return (
    // Everything here can be done with keys and buttons too.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      ref={(next) => {
        element.current = next;
        stage.ref(next);
      }}
      className={placement.scale === null ? 'viewer-stage' : 'viewer-stage zoomed'}
      onPointerDown={(event) => {
        if (event.button !== 0 || placement.scale === null) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setIsDragging(true);
      }}
      onPointerMove={drag}
      onPointerUp={() => setIsDragging(false)}
      onPointerCancel={() => setIsDragging(false)}
      onDoubleClick={(event) => {
        if (placement.scale !== null) stage.fit();
        else if (scale !== null && scale > 0) stage.zoomAt(1 / scale, fromMiddle(event.currentTarget, event));
      }}
    >
      {thumbId !== null && picture !== null && <img src={blobUrl(thumbId)} alt="" style={look} draggable={false} />}
      {source !== null && source !== broken && (
        <img
          key={source}
          src={source}
          alt={message.text}
          style={look}
          draggable={false}
          decoding="async"
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            stage.learn({ width: naturalWidth, height: naturalHeight })
          }
          onError={() => setBroken(source)}
        />
      )}
      {source !== null && source === broken && <p className="viewer-words">{t('media.unreadable')}</p>}
      {source !== null && source !== broken && isDamaged && <p className="viewer-damaged">{t('media.damaged')}</p>}
      {isMoving(message, transfer) && transfer?.direction !== 'up' && (
        <span className="viewer-ring">
          <TransferRing
            name={message.text}
            transfer={transfer}
            canTab
            onCancel={() => kit.actions.cancel(message.rowId)}
          />
        </span>
      )}
      {source === null && !isMoving(message, transfer) && <Elsewhere message={message} canTab kit={kit} />}
    </div>
  );
}

function fromMiddle(element: Element, event: { clientX: number; clientY: number }): { x: number; y: number } {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: event.clientX - left - width / 2, y: event.clientY - top - height / 2 };
}
