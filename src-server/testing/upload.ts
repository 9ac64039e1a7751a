import { randomInt } from 'node:crypto';
import { encodeSlice, sliceBytes } from '../../src-shared/protocol/slices.ts';
import type { Payload, Person } from './client.ts';

/** Sends a file as the client does: cut in slices, each base64. */
export function sendFile(
  from: Person,
  to: number,
  bytes: Uint8Array,
  given: { readonly name?: string; readonly messageId?: number; readonly as?: 'file' | 'image' } = {},
): number {
  const { name = 'a.bin', messageId = randomInt(1, 2 ** 31), as = 'file' } = given;
  const slices: string[] = [];
  for (let at = 0; at < bytes.length; at += sliceBytes) slices.push(encodeSlice(bytes.subarray(at, at + sliceBytes)));
  const envelope = { messageId, senderId: from.id, receiverId: to };
  if (as === 'image') from.send('SEND_IMAGE', { ...envelope, imageName: name, imageContent: slices });
  else from.send('SEND_FILE', { ...envelope, fileName: name, fileContent: slices });
  return messageId;
}

/** What our server says about a file, from a message's content. */
export function descriptorOf(message: Payload): {
  name: string;
  size: number;
  mime: string;
  sha256: string;
  url: string;
} {
  return JSON.parse(message.content);
}
