import type { MessageKind } from '../../src-shared/domain/message.ts';
import { readAttachmentContent } from '../../src-shared/protocol/attachment-content.ts';
import { cleanText, cutText } from '../../src-shared/protocol/wire-text.ts';
import { describeContent, noAttachment, type Attachment } from './attachments.ts';
import type { AttachmentKind } from './operations.ts';
import { kindCodes, wordOf } from './schema.ts';
import { sha256, tagOf } from './seal.ts';

/** What our own server takes, in UTF-16 units; a longer text is shown cut and kept whole. */
const maxShownLength = 65_536;

/** A message's content as it is stored: what is shown, and the raw content where that is something else. */
export type MessageBody = {
  readonly kind: number;
  readonly text: string;
  readonly sizeBytes: number | null;
  readonly content: string | null;
  readonly contentHash: Uint8Array | null;
  /** Two bodies of one kind with the same tag say the same. */
  readonly tag: number;
  /** Null for texts. */
  readonly attachment: Attachment | null;
  /** False where a file or image came without a name: `text` is its kind then. */
  readonly hasName: boolean;
};

/** Makes a body of a content as it came over the wire or was written here. Never throws on content. */
export function readBody(type: MessageKind, rawContent: string): MessageBody {
  const kind = kindCodes[type];
  const content = cleanText(rawContent);
  if (type === 'text' && content.length <= maxShownLength) return textBody(content, null, null, tagOf(content));
  const raw = { kind, content, contentHash: sha256(content), tag: tagOf(content) };
  if (type === 'text') return textBody(cutText(content, maxShownLength), content, raw.contentHash, raw.tag);
  const attachment = readAttachmentContent(content);
  const name = 'name' in attachment ? attachment.name : null;
  const size = 'size' in attachment ? attachment.size : null;
  return {
    ...raw,
    text: name ?? type,
    sizeBytes: size !== null && Number.isSafeInteger(size) ? size : null,
    attachment: describeContent(attachment),
    hasName: name !== null,
  };
}

const textBody = (text: string, content: string | null, contentHash: Uint8Array | null, tag: number): MessageBody => ({
  kind: kindCodes.text,
  text,
  sizeBytes: null,
  content,
  contentHash,
  tag,
  attachment: null,
  hasName: true,
});

/** A file that is sent from here. */
export function ownFileBody(
  kind: AttachmentKind,
  name: string,
  bytes: Partial<Attachment> & { readonly sizeBytes: number | null },
): MessageBody {
  const { sizeBytes, ...attachment } = bytes;
  return {
    kind: kindCodes[kind],
    text: name,
    sizeBytes,
    content: null,
    contentHash: null,
    tag: tagOf(name),
    attachment: { ...noAttachment, ...attachment },
    hasName: true,
  };
}

/** A file may be described anew (another address, another form, with its name or without) and still be the same file. */
export function isSameAttachment(one: MessageBody, otherKind: number, otherText: string): boolean {
  if (one.kind !== otherKind || one.kind === kindCodes.text) return false;
  return one.text === otherText || !one.hasName || otherText === wordOf(kindCodes, otherKind);
}
