import { Check, CircleAlert } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import './toast.css';

/** Long enough to read two short lines, and to decide upon a button. */
const shownMs = 4_000;
const shownWithActionMs = 10_000;

/** Something that can be done about it, once. */
type ToastAction = { readonly label: string; readonly run: () => void };
type ToastTone = 'done' | 'failed';
type Message = {
  readonly id: number;
  readonly text: string;
  readonly tone: ToastTone;
  readonly action: ToastAction | undefined;
};
export type Say = (text: string, more?: { readonly tone?: ToastTone; readonly action?: ToastAction }) => void;
type ToastControl = { readonly message: Message | null; readonly say: Say; readonly dismiss: () => void };

/** What was done, or could not be done, said for a moment. The next one takes its place. */
export function useToast(): ToastControl {
  const [message, setMessage] = useState<Message | null>(null);
  useEffect(() => {
    if (message === null) return undefined;
    const timer = setTimeout(() => setMessage(null), message.action === undefined ? shownMs : shownWithActionMs);
    return () => clearTimeout(timer);
  }, [message]);
  const say = useCallback<Say>(
    (text, { tone = 'done', action } = {}) => setMessage((last) => ({ id: (last?.id ?? 0) + 1, text, tone, action })),
    [],
  );
  const dismiss = useCallback(() => setMessage(null), []);
  return { message, say, dismiss };
}

/** Where {@link useToast} is shown and read out. Always there, because a live region has to exist before its words. */
export function Toast({ message, dismiss }: Pick<ToastControl, 'message' | 'dismiss'>) {
  const act = (action: ToastAction): void => {
    dismiss();
    action.run();
  };
  const action = message?.action;
  return (
    <div className="toast-region" aria-live="polite">
      {message !== null && (
        <div className="toast" key={message.id} data-tone={message.tone}>
          <Icon of={message.tone === 'failed' ? CircleAlert : Check} />
          {message.text}
          {action !== undefined && (
            <Button variant="link" onClick={() => act(action)}>
              {action.label}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
