/* oxlint-disable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions --
   a separator that takes the focus is a widget (ARIA 1.2, "separator") */
import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import './resizer.css';

type ResizerProps = {
  label: string;
  width: number;
  min: number;
  max: number;
  /** The id of the pane whose width it sets. */
  controls: string;
  /** While it moves. */
  onChange: (width: number) => void;
  /** When it has come to rest. */
  onCommit: (width: number) => void;
};

const stepPx = 8;

/** The edge between two panes: drag it, or use the arrow keys, Home and End. */
export function Resizer({ label, width, min, max, controls, onChange, onCommit }: ResizerProps) {
  const drag = useRef<{ readonly startX: number; readonly startWidth: number } | null>(null);
  const clamp = (value: number): number => Math.round(Math.min(max, Math.max(min, value)));

  const grab = (event: PointerEvent<HTMLElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { startX: event.clientX, startWidth: width };
  };
  const move = (event: PointerEvent): void => {
    if (drag.current !== null) onChange(clamp(drag.current.startWidth + event.clientX - drag.current.startX));
  };
  const drop = (): void => {
    if (drag.current === null) return;
    drag.current = null;
    onCommit(width);
  };
  const press = (event: KeyboardEvent): void => {
    const next = { ArrowLeft: width - stepPx, ArrowRight: width + stepPx, Home: min, End: max }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    onChange(clamp(next));
    onCommit(clamp(next));
  };

  return (
    <hr
      className="resizer"
      aria-orientation="vertical"
      aria-label={label}
      aria-controls={controls}
      aria-valuenow={width}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      onPointerDown={grab}
      onPointerMove={move}
      onPointerUp={drop}
      onPointerCancel={drop}
      onKeyDown={press}
    />
  );
}
