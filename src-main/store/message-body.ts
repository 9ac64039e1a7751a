import type { MessageKind } from '../../src-shared/domain/message.ts';
import { readAttachmentContent } from '../../src-shared/protocol/attachment-content.ts';
import { cleanText, cutText } from '../../src-shared/protocol/wire-text.ts';
import { kindCodes } from './schema.ts';
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
};

/** Makes a body of a content as it came over the wire or was written here. Never throws on content. */
export function readBody(type: MessageKind, rawContent: string): MessageBody {
  const kind = kindCodes[type];
  const content = cleanText(rawContent);
  if (type === 'text' && content.length <= maxShownLength)
    return { kind, text: content, sizeBytes: null, content: null, contentHash: null, tag: tagOf(content) };
  const raw = { kind, content, contentHash: sha256(content), tag: tagOf(content) };
  if (type === 'text') return { ...raw, text: cutText(content, maxShownLength), sizeBytes: null };
  const attachment = readAttachmentContent(content);
  const name = 'name' in attachment ? attachment.name : null;
  const size = 'size' in attachment ? attachment.size : null;
  return { ...raw, text: name ?? type, sizeBytes: size !== null && Number.isSafeInteger(size) ? size : null };
}

/** A file may be described anew (another address, another form) and still be the same file. */
export function isSameAttachment(one: MessageBody, otherKind: number, otherText: string): boolean {
  return one.kind === otherKind && one.kind !== kindCodes.text && one.text === otherText;
}
