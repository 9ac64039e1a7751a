import type { AttachmentView } from '../../src-shared/ipc/attachment-views.ts';
import { parseUrl } from '../../src-shared/kernel/parse-url.ts';
import type { Attachment } from './attachments.ts';
import type { StoreContext } from './context.ts';
import type { AttachmentSource } from './operations.ts';
import { sourceCodes } from './schema.ts';

/** What the window is told of a message's bytes. */
export function attachmentViewOf(context: Pick<StoreContext, 'serverOrigin'>, attachment: Attachment): AttachmentView {
  const { blobId, thumbId, width, height, isDamaged } = attachment;
  const source = sourceOf(context, attachment);
  return {
    blobId,
    thumbId,
    width: pixelsOf(width),
    height: pixelsOf(height),
    isDamaged,
    source: blobId !== null ? 'here' : viewedSources[source.kind],
    foreignHost: blobId === null && source.kind === 'url' ? (parseUrl(source.url)?.host ?? '') : '',
  };
}

const viewedSources = { inline: 'server', own: 'server', url: 'foreign', none: 'none' } as const;

/** Where a server has the bytes. */
export function sourceOf(
  { serverOrigin }: Pick<StoreContext, 'serverOrigin'>,
  { source, address }: Attachment,
): AttachmentSource['source'] {
  if (source === sourceCodes.inline) return { kind: 'inline' };
  if (source !== sourceCodes.address || address === null) return { kind: 'none' };
  const isOwn = address.startsWith('/') || parseUrl(address)?.origin === serverOrigin;
  return isOwn ? { kind: 'own', pathOrUrl: address } : { kind: 'url', url: address };
}

const pixelsOf = (value: number | null): number | null => (value !== null && value >= 1 ? value : null);
