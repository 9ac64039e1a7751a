import { Check } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { Icon } from './icon.tsx';
import './toast.css';

/** Long enough to read two short lines. */
const shownMs = 4_000;

type Message = { readonly id: number; readonly text: string };
type ToastControl = { readonly message: Message | null; readonly say: (text: string) => void };

/** What was done, said for a moment. The next one takes its place. */
export function useToast(): ToastControl {
  const [message, setMessage] = useState<Message | null>(null);
  useEffect(() => {
    if (message === null) return undefined;
    const timer = setTimeout(() => setMessage(null), shownMs);
    return () => clearTimeout(timer);
  }, [message]);
  const say = useCallback((text: string) => setMessage((last) => ({ id: (last?.id ?? 0) + 1, text })), []);
  return { message, say };
}

/** Where {@link useToast} is shown and read out. Always there, because a live region has to exist before its words. */
export function Toast({ message }: { message: Message | null }) {
  return (
    <div className="toast-region" aria-live="polite">
      {message !== null && (
        <div className="toast" key={message.id}>
          <Icon of={Check} />
          {message.text}
        </div>
      )}
    </div>
  );
}
