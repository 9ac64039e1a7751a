import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';
import { Button } from './button.tsx';
import './dialog.css';
import './alert-dialog.css';

type AlertDialogProps = {
  title: string;
  /** The words of the button that does it, the same as where it was asked for. */
  confirmLabel: string;
  cancelLabel: string;
  /** Nothing is destroyed by it. */
  isHarmless?: boolean;
  onConfirm: () => void;
  /** Esc or Cancel. The owner stops rendering the dialog. */
  onClose: () => void;
  children: ReactNode;
};

/** Asks before something that destroys, open while it is rendered. Enter is not the yes: the focus begins on Cancel. */
export function AlertDialog(props: AlertDialogProps) {
  const { title, confirmLabel, cancelLabel, isHarmless = false, onConfirm, onClose, children } = props;
  const titleId = useId();
  const textId = useId();
  const element = useRef<HTMLDialogElement>(null);
  const cancel = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    cancel.current?.focus();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      className="dialog alert-dialog"
      role="alertdialog"
      aria-labelledby={titleId}
      aria-describedby={textId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClose={() => {
        // Chromium lets nobody hold back an Esc that it takes for the second in a row.
        if (element.current?.open === false) onClose();
      }}
    >
      <header className="dialog-header">
        <h2 id={titleId}>{title}</h2>
      </header>
      <div className="dialog-body" id={textId}>
        {children}
      </div>
      <footer className="dialog-footer">
        {isHarmless && <Button onClick={onConfirm}>{confirmLabel}</Button>}
        <Button ref={cancel} variant={isHarmless ? 'primary' : 'plain'} onClick={onClose}>
          {cancelLabel}
        </Button>
        {!isHarmless && (
          <button type="button" className="button medium alert-confirm" onClick={onConfirm}>
            {confirmLabel}
          </button>
        )}
      </footer>
    </dialog>
  );
}
