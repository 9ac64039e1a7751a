import { Copy, Info, Link, RotateCw, Trash2, type LucideIcon } from 'lucide-react';
import { ContextMenu } from 'radix-ui';
import { useRef, useState, type MouseEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { linksOf } from '../../../src-shared/domain/message-text.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { HostLine } from '../../ui/host-line.tsx';
import { Icon } from '../../ui/icon.tsx';
import { modShortcut } from '../../ui/shortcut.ts';
import type { LogActions } from './log-actions.ts';
import type { MessageMedia } from './message-media.ts';
import '../../ui/menu.css';

type MenuTarget = {
  readonly message: MessageView;
  /** What is selected inside the message, else its whole text. */
  readonly text: string;
  readonly link: string | null;
};

type MessageMenuProps = {
  messageAt: (target: EventTarget | null) => MessageView | null;
  actions: Pick<LogActions, 'copy' | 'retry' | 'askToDelete' | 'showDetails'>;
  media: Pick<MessageMedia, 'menuOf'>;
  /** The list: one menu serves all its messages. */
  children: ReactElement;
};

/** The menu of the message under the pointer, or of the focused one with the menu key. */
export function MessageMenu({ messageAt, actions, media, children }: MessageMenuProps) {
  const { t } = useTranslation();
  const [target, setTarget] = useState<MenuTarget | null>(null);
  const cameFrom = useRef<HTMLElement | null>(null);
  const open = (event: MouseEvent): void => {
    const element = event.target instanceof Element ? event.target : null;
    const message = messageAt(element);
    if (message === null || element === null) {
      event.preventDefault();
      return;
    }
    const article = element.closest<HTMLElement>('article');
    cameFrom.current = article;
    setTarget({
      message,
      text: selectionIn(article) ?? message.text,
      link: element.closest('a')?.href ?? (message.kind === 'text' ? (linksOf(message.text)[0] ?? null) : null),
    });
  };
  return (
    // A modal menu would put a <style> element into the page, which the content policy forbids. It stays where the
    // list is in the page, and so in its landmark.
    <ContextMenu.Root modal={false}>
      <ContextMenu.Trigger asChild onContextMenu={open}>
        {children}
      </ContextMenu.Trigger>
      <ContextMenu.Content
        className="menu"
        collisionPadding={8}
        onCloseAutoFocus={(event) => {
          event.preventDefault();
          // A dialog that one of the items opened keeps the focus.
          if (document.querySelector('dialog[open]') === null) cameFrom.current?.focus({ preventScroll: true });
        }}
      >
        {target !== null && (
          <>
            {target.message.kind !== 'text' &&
              media.menuOf(target.message).map(({ icon, label, host, onSelect }) => (
                <Item key={label} icon={icon} {...(host === undefined ? {} : { host })} onSelect={onSelect}>
                  {label}
                </Item>
              ))}
            <Item
              icon={Copy}
              {...(target.message.kind === 'image' ? {} : { shortcut: modShortcut('C') })}
              onSelect={() => actions.copy(target.text)}
            >
              {t(target.message.kind === 'text' ? 'conversation.copy' : 'media.copyName')}
            </Item>
            {target.link !== null && (
              <Item icon={Link} onSelect={() => actions.copy(target.link ?? '')}>
                {t('conversation.copyLink')}
              </Item>
            )}
            {target.message.state === 'failed' && (
              <Item icon={RotateCw} onSelect={() => actions.retry(target.message)}>
                {t('conversation.retry')}
              </Item>
            )}
            <Item icon={Info} onSelect={() => actions.showDetails(target.message)}>
              {t('conversation.details')}
            </Item>
            <ContextMenu.Separator className="menu-separator" />
            <Item icon={Trash2} shortcut="Del" isDanger onSelect={() => actions.askToDelete(target.message)}>
              {t('conversation.deleteForMe')}
            </Item>
          </>
        )}
      </ContextMenu.Content>
    </ContextMenu.Root>
  );
}

type ItemProps = {
  icon: LucideIcon;
  shortcut?: string;
  /** The computer that would be asked. */
  host?: string;
  isDanger?: boolean;
  onSelect: () => void;
  children: string;
};

function Item({ icon, shortcut, host, isDanger = false, onSelect, children }: ItemProps) {
  return (
    <ContextMenu.Item className={`menu-item${isDanger ? ' danger' : ''}`} onSelect={onSelect}>
      <Icon of={icon} />
      <span className={host === undefined ? 'grow ellipsis' : undefined}>{children}</span>
      {host !== undefined && <HostLine host={host} />}
      {shortcut !== undefined && <kbd aria-hidden>{shortcut}</kbd>}
    </ContextMenu.Item>
  );
}

/** The selected words when they lie inside `element`, or null. */
function selectionIn(element: HTMLElement | null): string | null {
  const selection = window.getSelection();
  if (element === null || selection === null || selection.isCollapsed) return null;
  return element.contains(selection.anchorNode) && element.contains(selection.focusNode) ? selection.toString() : null;
}
