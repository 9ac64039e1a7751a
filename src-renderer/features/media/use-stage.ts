import { useCallback, useEffect, useState, type RefCallback } from 'react';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { atRest, fitScale, pannedBy, rotated, zoomedAt, zoomStep, type Placement, type Size } from './zoom.ts';

export type Stage = {
  readonly ref: RefCallback<HTMLElement>;
  readonly placement: Placement;
  /** Of the picture's own size; null: not known yet. */
  readonly scale: number | null;
  readonly picture: Size | null;
  /** The picture said its size as it was loaded. */
  readonly learn: (picture: Size) => void;
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  /** `at`: from the stage's middle. */
  readonly zoomAt: (factor: number, at: { x: number; y: number }) => void;
  readonly fit: () => void;
  readonly rotate: () => void;
  readonly pan: (by: { x: number; y: number }) => void;
};

const middle = { x: 0, y: 0 };

/** How the picture of a message lies on the stage: at rest again for each picture. */
export function useStage(message: MessageView): Stage {
  const [element, setElement] = useState<HTMLElement | null>(null);
  const [room, setRoom] = useState<Size>({ width: 0, height: 0 });
  const [state, setState] = useState({ rowId: message.rowId, placement: atRest, learned: null as Size | null });
  // Another picture begins whole and upright.
  if (state.rowId !== message.rowId) setState({ rowId: message.rowId, placement: atRest, learned: null });
  useEffect(() => {
    if (element === null) return undefined;
    const measure = (): void => setRoom({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [element]);

  const width = state.learned?.width ?? message.attachment?.width ?? null;
  const height = state.learned?.height ?? message.attachment?.height ?? null;
  const picture = width === null || height === null ? null : { width, height };
  const { placement } = state;
  const change = (next: (placement: Placement, picture: Size) => Placement): void => {
    if (picture !== null) setState((before) => ({ ...before, placement: next(before.placement, picture) }));
  };
  const zoomAt: Stage['zoomAt'] = (factor, at) => change((before, size) => zoomedAt(before, factor, at, room, size));
  return {
    ref: useCallback((next: HTMLElement | null) => setElement(next), []),
    placement,
    scale: picture === null ? null : (placement.scale ?? fitScale(room, picture, placement.rotation)),
    picture,
    learn: (learned) => setState((before) => ({ ...before, learned })),
    zoomIn: () => zoomAt(zoomStep, middle),
    zoomOut: () => zoomAt(1 / zoomStep, middle),
    zoomAt,
    fit: () => change((before) => ({ ...atRest, rotation: before.rotation })),
    rotate: () => change(rotated),
    pan: (by) => change((before, size) => pannedBy(before, by, room, size)),
  };
}
