import { X } from 'lucide-react';
import { useId, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { IconButton } from './button.tsx';
import { FloatingContainer } from './floating-container.ts';
import './dialog.css';

type DialogProps = {
  title: ReactNode;
  /** Its accessible name where that is not the title, which then describes it. */
  label?: string;
  /** `wide`: for a list of things. Its body alone scrolls. */
  width?: 'normal' | 'wide';
  closeLabel: string;
  /** Esc or the close button. The owner stops rendering the dialog, which gives the focus back to where it was. */
  onClose: () => void;
  footer: ReactNode;
  children: ReactNode;
};

/** A modal dialog, open while it is rendered. Its first field gets the focus, or what has `data-first-focus`. */
export function Dialog({ title, label, width = 'normal', closeLabel, onClose, footer, children }: DialogProps) {
  const titleId = useId();
  const element = useRef<HTMLDialogElement>(null);
  const [container, setContainer] = useState<HTMLElement | null>(null);
  useLayoutEffect(() => {
    const dialog = element.current;
    if (dialog === null) return undefined;
    dialog.showModal();
    const first = dialog.querySelector<HTMLElement>('[data-first-focus]');
    (first ?? dialog.querySelector<HTMLElement>('input, textarea'))?.focus();
    setContainer(dialog);
    return () => dialog.close();
  }, []);
  return (
    <dialog
      ref={element}
      className={`dialog ${width}`}
      {...(label === undefined ? { 'aria-labelledby': titleId } : { 'aria-label': label, 'aria-describedby': titleId })}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <FloatingContainer value={container}>
        <header className="dialog-header">
          <h2 id={titleId}>{title}</h2>
          <IconButton icon={X} label={closeLabel} onClick={onClose} />
        </header>
        <div className="dialog-body">{children}</div>
        <footer className="dialog-footer">{footer}</footer>
      </FloatingContainer>
    </dialog>
  );
}
