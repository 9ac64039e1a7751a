/** Kinds that are shown by programs and cannot do anything by themselves. Main looks at the bytes besides (safety T6). */
const openable =
  /\.(?:pdf|txt|md|csv|png|jpe?g|gif|webp|mp3|m4a|wav|flac|ogg|opus|mp4|mov|mkv|webm|docx|xlsx|pptx|odt|ods|odp)$/i;

/** Whether a file of this name is opened from the window. */
export function mayOpen(name: string): boolean {
  return openable.test(name);
}
