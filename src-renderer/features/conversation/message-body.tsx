import { File, FileImage } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { isEmojiOnly, tokenizeMessageText, type Token } from '../../../src-shared/domain/message-text.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { Icon } from '../../ui/icon.tsx';
import { useLocale } from '../../ui/use-locale.ts';
import { formatByteSize, splitFileName } from '../../ui/file-text.ts';
import './message-body.css';

/** The words of a message, or the card of its file. `canTab`: its links are reached with the Tab key. */
export function MessageBody({ message, canTab }: { message: MessageView; canTab: boolean }) {
  if (message.kind !== 'text') return <FileCard message={message} />;
  if (isEmojiOnly(message.text)) return <div className="message-emoji">{message.text.trim()}</div>;
  return (
    <div className="bubble" dir="auto">
      {tokenizeMessageText(message.text).map((token, at) => (
        // The text of a message does not change, so neither do the places of its parts.
        // eslint-disable-next-line react/no-array-index-key
        <TextToken key={at} token={token} canTab={canTab} />
      ))}
    </div>
  );
}

function TextToken({ token, canTab }: { token: Token; canTab: boolean }) {
  switch (token.kind) {
    case 'text':
      return token.text;
    case 'code':
      return <code className={token.isBlock ? 'block' : undefined}>{token.text}</code>;
    case 'link':
      // Opened by the list, through main, which checks the address once more.
      return (
        <a href={token.href} title={token.href} tabIndex={canTab ? undefined : -1} rel="noreferrer" draggable={false}>
          {token.label}
        </a>
      );
  }
}

function FileCard({ message }: { message: MessageView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { start, end } = splitFileName(message.text);
  const kind = t(message.kind === 'image' ? 'conversation.image' : 'conversation.file');
  return (
    <div className="bubble file-card">
      <span className="file-tile">
        <Icon of={message.kind === 'image' ? FileImage : File} size={20} />
      </span>
      <div className="grow">
        {/* The end with the true extension is never cut, and no letter order in the name reaches beyond it. */}
        <div className="file-name" title={message.text}>
          <bdi>{start}</bdi>
          <bdi>{end}</bdi>
        </div>
        <div className="file-size">
          {message.sizeBytes === null ? kind : `${kind} · ${formatByteSize(message.sizeBytes, locale)}`}
        </div>
      </div>
    </div>
  );
}
