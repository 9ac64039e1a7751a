import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Draft, Settings } from '../../../src-shared/ipc/views.ts';
import type { UserId } from '../../../src-shared/kernel/ids.ts';
import { createImeGuard } from '../../ui/ime-guard.ts';
import { emptyBox, excessOf, type Composers } from './composers.ts';
import { EmojiButton } from './emoji-button.tsx';
import { ExcessNote } from './excess-note.tsx';
import { isSendPress } from './send-press.ts';
import './composer.css';

type CaptionBoxProps = {
  peerId: UserId;
  /** What main has kept of an earlier writing to this person. */
  draft: Draft | null;
  composers: Composers;
  sendKey: Settings['sendKey'];
  /** The caption of files that are being sent; null: none are. */
  sending: string | null;
  /** Names what says that the text is too long. */
  noteId: string;
  onSend: () => void;
  /** Sends a text that is too long for a message as a file. */
  onTextAsFile: (text: string) => unknown;
};

/** The words that go with files: the same text as in the box of the conversation. */
export function CaptionBox({ peerId, draft, composers, sendKey, sending, ...rest }: CaptionBoxProps) {
  const { noteId, onSend, onTextAsFile } = rest;
  const { t } = useTranslation();
  const box = useStore(composers.store, (state) => state.boxes.get(peerId)) ?? { ...emptyBox, ...draft };
  const textarea = useRef<HTMLTextAreaElement>(null);
  const [ime] = useState(createImeGuard);
  useLayoutEffect(() => {
    if (draft !== null) composers.restore(peerId, draft);
  }, [composers, peerId, draft]);
  useEffect(() => {
    const caret = composers.store.getState().boxes.get(peerId)?.caret ?? 0;
    textarea.current?.setSelectionRange(caret, caret);
  }, [composers, peerId]);
  const excess = excessOf(box.text.trim());
  const press = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (ime.owns(event.nativeEvent) || !isSendPress(event, sendKey)) return;
    event.preventDefault();
    if (!event.repeat) onSend();
  };
  const insert = (emoji: string): void => {
    const element = textarea.current;
    if (element === null) return;
    element.setRangeText(emoji, element.selectionStart, element.selectionEnd, 'end');
    composers.edit(peerId, element.value, element.selectionStart);
    composers.rememberEmoji(emoji);
  };
  return (
    <div>
      <div className="composer-box caption-box">
        <textarea
          ref={textarea}
          aria-label={t('tray.caption')}
          aria-invalid={excess > 0 || undefined}
          aria-describedby={excess > 0 ? noteId : undefined}
          placeholder={t('tray.captionHint')}
          rows={1}
          dir="auto"
          data-first-focus
          readOnly={sending !== null}
          value={sending ?? box.text}
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
        <EmojiButton store={composers.store} onPick={insert} focusBack={() => textarea.current?.focus()} />
      </div>
      <ExcessNote
        id={noteId}
        text={box.text}
        onAsFile={(text) => {
          // The note goes with the text, and the button with it.
          textarea.current?.focus();
          onTextAsFile(text);
        }}
      />
    </div>
  );
}
