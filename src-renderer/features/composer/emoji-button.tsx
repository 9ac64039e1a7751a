import { Smile } from 'lucide-react';
import { Popover } from 'radix-ui';
import { lazy, memo, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore, type StoreApi } from 'zustand';
import { IconButton } from '../../ui/button.tsx';
import { isModOnly, modShortcut } from '../../ui/shortcut.ts';
import type { ComposersState } from './composers.ts';
import './emoji-picker.css';

/** Comes with the first look at it: most messages are written without. */
const EmojiPicker = lazy(async () => ({ default: (await import('./emoji-picker.tsx')).EmojiPicker }));

type EmojiButtonProps = {
  store: StoreApi<ComposersState>;
  onPick: (emoji: string) => void;
  /** Gives the focus back to the text, with its caret where it was. */
  focusBack: () => void;
};

/** The button that opens the emoji picker, also by Ctrl/⌘ E. */
export const EmojiButton = memo(function EmojiButton({ store, onPick, focusBack }: EmojiButtonProps) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const anchor = useRef<HTMLSpanElement>(null);
  const recent = useStore(store, (state) => state.recentEmoji);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!isModOnly(event) || event.key.toLowerCase() !== 'e') return;
      // A dialog that is open has the keys, and this button only where it is in there.
      const dialogs = Array.from(document.querySelectorAll('dialog[open]'));
      if (!dialogs.every((dialog) => dialog.contains(anchor.current))) return;
      event.preventDefault();
      setIsOpen((was) => !was);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
  return (
    <Popover.Root open={isOpen} onOpenChange={setIsOpen}>
      <Popover.Anchor asChild>
        <span ref={anchor} className="emoji-anchor">
          <IconButton
            icon={Smile}
            label={t('composer.emoji')}
            shortcut={modShortcut('E')}
            aria-haspopup="dialog"
            aria-expanded={isOpen}
            // Otherwise the press closes the picker as one outside of it, and the click opens it again.
            onPointerDown={(event) => isOpen && event.preventDefault()}
            onClick={() => setIsOpen(!isOpen)}
          />
        </span>
      </Popover.Anchor>
      <Popover.Content
        className="menu emoji-popover"
        aria-label={t('composer.emoji')}
        side="top"
        align="end"
        sideOffset={8}
        collisionPadding={8}
        // The search field takes the focus when it is there, which may be later.
        onOpenAutoFocus={(event) => event.preventDefault()}
        onCloseAutoFocus={(event) => {
          event.preventDefault();
          focusBack();
        }}
      >
        <Suspense fallback={<p className="emoji-state">{t('emoji.loading')}</p>}>
          <EmojiPicker
            recent={recent}
            onPick={(emoji) => {
              onPick(emoji);
              setIsOpen(false);
            }}
          />
        </Suspense>
      </Popover.Content>
    </Popover.Root>
  );
});
