/** Characters as a person counts them on a limit: code points, so that an emoji outside the first plane is one. */
export function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
