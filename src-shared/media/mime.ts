import { imageMimes, sniffBytes, type ImageType } from './sniff.ts';

/** What is said to others of bytes of a kind that they can be sure of; all else is bytes (safety T2). */
export function mimeOf(firstBytes: Uint8Array): string {
  const type = sniffBytes(firstBytes);
  if (type in imageMimes) return imageMimes[type as ImageType];
  if (type === 'pdf') return 'application/pdf';
  return type === 'text' ? 'text/plain' : 'application/octet-stream';
}
