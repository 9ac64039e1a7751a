/// <reference lib="es2024.string" />

/** The longest name we write, in bytes of UTF-8: file systems take 255, and a ` (12)` or a suffix may be added. */
export const maxFileNameBytes = 180;
/** The longest extension that survives the cut, in UTF-16 units. */
const maxExtensionLength = 16;

/** Control characters, marks that reorder text, and characters without width: none has a place in a name. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const unseen = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const forbidden = /[<>:"|?*]/g;
const edges = /^[\s.]+|[\s.]+$/g;
const reservedStem = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])$/i;
const reservedName = /^(?:desktop\.ini|thumbs\.db|\.?ds_store|autorun\.inf)$/i;

/**
 * A name that is safe to show, to send and to create in a folder on any system, made of whatever a peer or a person
 * wrote (safety §1.1): one path segment, no control or reordering character, no device name, at most
 * {@link maxFileNameBytes} bytes, never empty. Sanitising twice changes nothing.
 */
export function sanitizeFileName(name: string): string {
  const segment = name.toWellFormed().normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const visible = segment.replace(unseen, '\ufffd').replace(forbidden, '_').replace(edges, '');
  return cutToBytes(withoutReserved(visible)) || 'file';
}

/** Windows gives device names a meaning whatever follows their first dot, and some names steer how a folder looks. */
function withoutReserved(name: string): string {
  const stem = (name.split('.', 1)[0] ?? '').trimEnd();
  return reservedStem.test(stem) || reservedName.test(name) ? `_${name}` : name;
}

function cutToBytes(name: string): string {
  if (utf8Length(name) <= maxFileNameBytes) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot - 1 <= maxExtensionLength ? name.slice(dot) : '';
  const stem = extension === '' ? name : name.slice(0, dot);
  let left = maxFileNameBytes - utf8Length(extension);
  let length = 0;
  for (const character of stem) {
    left -= utf8Length(character);
    if (left < 0) break;
    length += character.length;
  }
  return (stem.slice(0, length) + extension).replace(edges, '');
}

/** Bytes of `text` in UTF-8. `text` is well formed. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
