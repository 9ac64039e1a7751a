/** How a picture lies on the stage: its middle is off the stage's middle by `x` and `y` pixels. `scale` 1 is its own size. */
export type Placement = {
  /** Null: as large as the stage allows, never enlarged. */
  readonly scale: number | null;
  readonly x: number;
  readonly y: number;
  /** Clockwise. */
  readonly rotation: 0 | 90 | 180 | 270;
};
export type Size = { readonly width: number; readonly height: number };
type Point = { readonly x: number; readonly y: number };

export const atRest: Placement = { scale: null, x: 0, y: 0, rotation: 0 };
/** One press of a key or button. */
export const zoomStep = 1.25;
const maxScale = 8;

/** The size of a picture as it lies. */
function turned({ width, height }: Size, rotation: Placement['rotation']): Size {
  return rotation % 180 === 0 ? { width, height } : { width: height, height: width };
}

/** The scale at which the whole picture is on the stage; never enlarged. */
export function fitScale(stage: Size, picture: Size, rotation: Placement['rotation']): number {
  const { width, height } = turned(picture, rotation);
  return Math.min(1, stage.width / width, stage.height / height);
}

/**
 * Zooms by a factor and keeps what is under the pointer where it is. `at` counts from the stage's middle. Between the
 * size that fits and eight times the picture's own.
 */
export function zoomedAt(placement: Placement, factor: number, at: Point, stage: Size, picture: Size): Placement {
  const fit = fitScale(stage, picture, placement.rotation);
  const before = placement.scale ?? fit;
  const scale = Math.min(maxScale, before * factor);
  if (scale <= fit) return { ...placement, scale: null, x: 0, y: 0 };
  const grown = scale / before;
  const moved = { ...placement, scale, x: at.x - (at.x - placement.x) * grown, y: at.y - (at.y - placement.y) * grown };
  return kept(moved, stage, picture);
}

/** Moves the picture, no further than its edges. */
export function pannedBy(placement: Placement, by: Point, stage: Size, picture: Size): Placement {
  return kept({ ...placement, x: placement.x + by.x, y: placement.y + by.y }, stage, picture);
}

/** A quarter clockwise, and whole on the stage again. */
export function rotated({ rotation }: Placement): Placement {
  return { ...atRest, rotation: ((rotation + 90) % 360) as Placement['rotation'] };
}

/** A picture larger than the stage covers it; a smaller one stays in the middle. */
function kept(placement: Placement, stage: Size, picture: Size): Placement {
  const scale = placement.scale ?? fitScale(stage, picture, placement.rotation);
  const { width, height } = turned(picture, placement.rotation);
  const limit = (length: number, room: number, offset: number): number => {
    const most = Math.max(0, (length * scale - room) / 2);
    return Math.min(most, Math.max(-most, offset));
  };
  return { ...placement, x: limit(width, stage.width, placement.x), y: limit(height, stage.height, placement.y) };
}
