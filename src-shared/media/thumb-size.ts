/** Pixels. */
type Size = { readonly width: number; readonly height: number };

/** Half as wide again as the largest place in the list, for sharp screens. */
const usual: Size = { width: 480, height: 960 };
/** As much of the smallest place in the list: a panorama fills it with its height alone. */
const filling: Size = { width: 144, height: 96 };
/** However long a picture is. */
const longestSide = 3_072;

/** The size of the small copy of a picture: never larger than the picture, never empty. In pixels. */
export function thumbSizeOf(picture: Size): Size {
  const scale = thumbScaleOf(picture);
  return {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
  };
}

/** How much smaller than a picture its small copy is; 1: as large. */
export function thumbScaleOf({ width, height }: Size): number {
  const within = Math.min(usual.width / width, usual.height / height);
  const filled = Math.max(filling.width / width, filling.height / height);
  return Math.min(1, Math.max(within, Math.min(filled, longestSide / Math.max(width, height))));
}
