import { SendHorizontal } from 'lucide-react';
import {
  memo,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ContactView, Draft, Settings } from '../../../src-shared/ipc/views.ts';
import { IconButton } from '../../ui/button.tsx';
import { errorText } from '../../ui/error-text.ts';
import { emptyBox, excessOf, isSendable, type Composers } from './composers.ts';
import { EmojiButton } from './emoji-button.tsx';
import { messageBoxMark } from './message-box.ts';
import { ExcessNote } from './excess-note.tsx';
import { createImeGuard } from '../../ui/ime-guard.ts';
import { isSendPress } from './send-press.ts';
import './composer.css';

type ComposerProps = {
  peer: ContactView;
  /** What main has kept of an earlier writing to this person. */
  draft: Draft | null;
  sendKey: Settings['sendKey'];
  composers: Composers;
  /** At the beginning of the box: what else can be sent. */
  attach: ReactNode;
  /** Sends a text that is too long for a message as a file. */
  onTextAsFile: (text: string) => unknown;
};

/** Where a message is written. Each person has a box of their own, which outlives the look at another conversation. */
export function Composer(props: ComposerProps) {
  return <ComposerBox key={props.peer.userId} {...props} />;
}

function ComposerBox({ peer, draft, sendKey, composers, attach, onTextAsFile }: ComposerProps) {
  const { t } = useTranslation();
  const peerId = peer.userId;
  // The draft is shown from the first render on, so that its caret can be put back with it.
  const box = useStore(composers.store, (state) => state.boxes.get(peerId)) ?? { ...emptyBox, ...draft };
  const textarea = useRef<HTMLTextAreaElement>(null);
  const [ime] = useState(createImeGuard);
  const noteId = useId();

  useLayoutEffect(() => {
    if (draft !== null) composers.restore(peerId, draft);
  }, [composers, peerId, draft]);
  useEffect(() => {
    const caret = composers.store.getState().boxes.get(peerId)?.caret ?? 0;
    textarea.current?.focus();
    textarea.current?.setSelectionRange(caret, caret);
  }, [composers, peerId]);
  useLayoutEffect(() => {
    const element = textarea.current;
    // A text that is written on in the tray comes with its caret at the end. Told while the focus is elsewhere: once the
    // box has it, the browser puts back what it knew before.
    if (element === null || element === document.activeElement || element.value !== box.text) return;
    if (element.selectionStart !== box.caret) element.setSelectionRange(box.caret, box.caret);
  }, [box.text, box.caret]);
  useEffect(() => {
    const flush = composers.flush;
    window.addEventListener('pagehide', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      flush();
    };
  }, [composers]);

  const press = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (ime.owns(event.nativeEvent) || !isSendPress(event, sendKey)) return;
    event.preventDefault();
    // A key that is held down would send what is typed next.
    if (!event.repeat) void composers.send(peerId);
  };
  const focusText = useCallback(() => textarea.current?.focus(), []);
  const insert = useCallback(
    (emoji: string): void => {
      const element = textarea.current;
      if (element === null) return;
      element.setRangeText(emoji, element.selectionStart, element.selectionEnd, 'end');
      composers.edit(peerId, element.value, element.selectionStart);
      composers.rememberEmoji(emoji);
    },
    [composers, peerId],
  );
  const send = useCallback(() => {
    void composers.send(peerId);
    focusText();
  }, [composers, peerId, focusText]);

  const excess = excessOf(box.text.trim());
  const canSend = isSendable(box.text);
  return (
    <div className="composer">
      {box.refusal !== null && (
        <p className="composer-note" role="alert">
          {t('composer.refused', { reason: errorText(t, box.refusal) })}
        </p>
      )}
      <ExcessNote id={noteId} text={box.text} onAsFile={onTextAsFile} />
      <div className="composer-box">
        {attach}
        <textarea
          {...messageBoxMark}
          ref={textarea}
          aria-label={t('composer.message')}
          aria-invalid={excess > 0 || undefined}
          aria-describedby={excess > 0 ? noteId : undefined}
          placeholder={t('composer.placeholder', { name: peer.username })}
          rows={1}
          dir="auto"
          value={box.text}
          onChange={({ target }) => composers.edit(peerId, target.value, target.selectionStart)}
          onSelect={({ currentTarget }) =>
            composers.moveCaret(peerId, currentTarget.value, currentTarget.selectionStart)
          }
          onKeyDown={press}
          onCompositionStart={ime.onCompositionStart}
          onCompositionEnd={ime.onCompositionEnd}
          onBlur={() => {
            ime.onBlur();
            composers.flush();
          }}
        />
        <EmojiButton store={composers.store} onPick={insert} focusBack={focusText} />
        <SendButton canSend={canSend} onSend={send} />
      </div>
    </div>
  );
}

/** A letter more does not draw it again. */
const SendButton = memo(function SendButton({ canSend, onSend }: { canSend: boolean; onSend: () => void }) {
  const { t } = useTranslation();
  return (
    <IconButton
      icon={SendHorizontal}
      label={t('composer.send')}
      aria-disabled={!canSend}
      data-primary={canSend}
      onClick={onSend}
    />
  );
});
