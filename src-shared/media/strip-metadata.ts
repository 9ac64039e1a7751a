import type { ImageType } from './sniff.ts';
import { gifSteps, pngSteps, webpSteps, type WebpFacts } from './strip-animated.ts';
import { jpegSteps } from './strip-jpeg.ts';
import { runSteps, type MetadataStripper } from './strip-steps.ts';

/**
 * Takes place, camera, author and comments out of an image while it is read, and leaves the picture as it is, bit for
 * bit (safety T11). What no decoder would look at is left out too. Total: an image that is damaged comes out as far as
 * it can be understood.
 * @param facts of a WebP: see {@link surveyWebp}.
 */
export function createStripper(type: Exclude<ImageType, 'webp'>): MetadataStripper;
export function createStripper(type: ImageType, facts: WebpFacts): MetadataStripper;
export function createStripper(type: ImageType, facts: WebpFacts = nothingKnown): MetadataStripper {
  switch (type) {
    case 'png':
      return runSteps(pngSteps());
    case 'jpeg':
      return runSteps(jpegSteps());
    case 'gif':
      return runSteps(gifSteps());
    case 'webp':
      return runSteps(webpSteps(facts, () => undefined));
  }
}

/** Finds out what must be known before a WebP can be stripped: it is read once more for it. */
export function surveyWebp(): { readonly push: (bytes: Uint8Array) => void; readonly end: () => WebpFacts } {
  let orientation = 1;
  const stripper = runSteps(webpSteps(nothingKnown, (found) => (orientation = found)));
  let keptBytes = 0;
  const count = (parts: readonly Uint8Array[]): void => {
    for (const part of parts) keptBytes += part.length;
  };
  return {
    push: (bytes) => count(stripper.push(bytes)),
    end: () => {
      count(stripper.end());
      return { riffBytes: keptBytes - 8, orientation };
    },
  };
}

const nothingKnown: WebpFacts = { riffBytes: 0, orientation: 1 };
