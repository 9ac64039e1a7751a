/**
 * How the bytes of an image are gone through once, from the first to the last, whatever the pieces in which they come:
 * each format says step by step what to do with the next bytes, and what is not copied or emitted is left out.
 */
export type StripStep =
  /** Hands out the next bytes; fewer where the image ends before. */
  | { readonly kind: 'take'; readonly length: number }
  | { readonly kind: 'copy'; readonly length: number }
  | { readonly kind: 'skip'; readonly length: number }
  /** Copies the coded picture of a JPEG up to the marker that ends it. */
  | { readonly kind: 'copy-scan' }
  /** Skips to behind the next marker of a JPEG, whatever stands before it, and hands that marker out. */
  | { readonly kind: 'find-marker' }
  | { readonly kind: 'emit'; readonly bytes: Uint8Array };

/** When it returns, the image is complete: all that follows is left out. */
export type StripSteps = Generator<StripStep, void, Uint8Array>;

export const take = (length: number): StripStep => ({ kind: 'take', length });
export const copy = (length: number): StripStep => ({ kind: 'copy', length });
export const skip = (length: number): StripStep => ({ kind: 'skip', length });
export function emit(...parts: readonly (Uint8Array | readonly number[])[]): StripStep {
  return { kind: 'emit', bytes: joined(parts) };
}

export type MetadataStripper = {
  /** @returns what is kept, in order. It may be part of `bytes`: to be used before those change. */
  readonly push: (bytes: Uint8Array) => readonly Uint8Array[];
  readonly end: () => readonly Uint8Array[];
};

const nothing = new Uint8Array();

/** Runs the steps of a format over bytes as they come. Memory: what is taken at once. */
export function runSteps(steps: StripSteps): MetadataStripper {
  let out: Uint8Array[] = [];
  let step: StripStep | null = null;
  /** Of a `take`, `copy` or `skip`: how much is left of it. */
  let left = 0;
  let taken: Uint8Array[] = [];
  /** The last byte was 0xFF, which says nothing without the next. Nothing was done with it yet. */
  let isAfterFill = false;

  function go(answer: Uint8Array): void {
    for (let next = steps.next(answer); ; next = steps.next(nothing)) {
      step = next.done === true ? null : next.value;
      if (step === null || step.kind === 'copy-scan' || step.kind === 'find-marker') return;
      if (step.kind === 'emit') {
        if (step.bytes.length > 0) out.push(step.bytes);
        continue;
      }
      left = step.length;
      if (left > 0) return;
    }
  }

  function joinTaken(): Uint8Array {
    const bytes = joined(taken);
    taken = [];
    return bytes;
  }

  /** @returns how many bytes are done with. */
  function findMarker(bytes: Uint8Array): number {
    let at = isAfterFill ? 0 : bytes.indexOf(0xff);
    while (bytes[at] === 0xff) at += 1;
    const marker = bytes[at];
    // Not begun, or not at its end.
    isAfterFill = at !== -1 && marker === undefined;
    if (marker === undefined) return bytes.length;
    go(Uint8Array.of(marker));
    return at + 1;
  }

  /** @returns how many bytes are done with. */
  function scan(bytes: Uint8Array): number {
    let at = 0;
    if (isAfterFill) {
      isAfterFill = false;
      if (!isPicture(bytes[0] ?? 0)) {
        // The marker's first byte came with the piece before.
        go(nothing);
        feed(fill);
        return 0;
      }
      out.push(fill);
    }
    for (;;) {
      const found = bytes.indexOf(0xff, at);
      if (found === -1 || found + 1 === bytes.length) {
        const end = found === -1 ? bytes.length : found;
        if (end > 0) out.push(bytes.subarray(0, end));
        isAfterFill = found !== -1;
        return bytes.length;
      }
      if (!isPicture(bytes[found + 1] ?? 0)) {
        if (found > 0) out.push(bytes.subarray(0, found));
        go(nothing);
        return found;
      }
      at = found + 1;
    }
  }

  function feed(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && step !== null;) {
      if (step.kind === 'copy-scan') {
        at += scan(bytes.subarray(at));
        continue;
      }
      if (step.kind === 'find-marker') {
        at += findMarker(bytes.subarray(at));
        continue;
      }
      const part = bytes.subarray(at, at + left);
      at += part.length;
      left -= part.length;
      if (step.kind === 'copy') out.push(part);
      else if (step.kind === 'take') taken.push(part.slice());
      if (left === 0) go(step.kind === 'take' ? joinTaken() : nothing);
    }
  }

  go(nothing);
  return {
    push: (bytes) => {
      out = [];
      feed(bytes);
      return out;
    },
    end: () => {
      out = [];
      // What was begun ends here; each further wish is answered with nothing.
      while (step !== null) go(joinTaken());
      return out;
    },
  };
}

const fill = Uint8Array.of(0xff);

function joined(parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only instanceof Uint8Array) return only;
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Whether 0xFF before this byte belongs to the coded picture of a JPEG: itself, a restart, or one more of its kind. */
function isPicture(byte: number): boolean {
  return byte === 0 || byte === 0xff || (byte >= 0xd0 && byte <= 0xd7);
}
