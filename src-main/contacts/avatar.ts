/** 32 KB of picture is 43 kB of base64 (protocol reading, Avatars); others may be a little more generous. */
const maxLength = 512 * 1024;
const dataImage = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}$/;

/** An avatar the window may show: a `data:` image of a known kind, or "" for initials. Nothing is fetched (safety T8). */
export function safeAvatar(avatar: string): string {
  return avatar.length <= maxLength && dataImage.test(avatar) ? avatar : '';
}
