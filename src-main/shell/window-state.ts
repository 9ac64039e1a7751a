/** A rectangle on the desktop, in device-independent pixels. */
export type Rectangle = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** Where the window was: its place when not maximised, and whether it was. */
export type WindowState = { readonly bounds: Rectangle; readonly isMaximized: boolean };

/** Sizes in pixels (experience, "The window"). */
export const minSize = { width: 720, height: 480 } as const;
/** No desktop is larger. */
const maxPixels = 100_000;
const initialSize = { width: 1120, height: 760 } as const;

/** Reads what was remembered; null when it is missing or damaged. */
export function parseWindowState(bytes: Uint8Array | null): WindowState | null {
  if (bytes === null) return null;
  try {
    const { bounds, isMaximized } = JSON.parse(new TextDecoder().decode(bytes)) as Partial<WindowState>;
    return isRectangle(bounds) && typeof isMaximized === 'boolean' ? { bounds, isMaximized } : null;
  } catch {
    return null;
  }
}

/** By hand: what makes schemas is loaded after the window. */
function isRectangle(value: Partial<Rectangle> | undefined): value is Rectangle {
  return [value?.x, value?.y, value?.width, value?.height].every(
    (each) => Number.isInteger(each) && Math.abs(Number(each)) <= maxPixels,
  );
}

/**
 * Where to put the window now: as remembered where that is still on a screen, moved and shrunk to fit where it
 * overhangs, and in the middle of the first screen where that screen is gone or nothing is remembered.
 * @param workAreas of all displays without their bars, the primary first; at least one.
 */
export function placeWindow(remembered: Rectangle | null, workAreas: readonly [Rectangle, ...Rectangle[]]): Rectangle {
  const area = remembered === null ? undefined : mostCovered(remembered, workAreas);
  if (remembered === null || area === undefined) return centred(remembered ?? initialSize, workAreas[0]);
  const { width, height } = fitted(remembered, area);
  return {
    x: clamp(remembered.x, area.x, area.x + area.width - width),
    y: clamp(remembered.y, area.y, area.y + area.height - height),
    width,
    height,
  };
}

function mostCovered(bounds: Rectangle, areas: readonly Rectangle[]): Rectangle | undefined {
  const covered = areas.map((area) => ({ area, pixels: overlap(bounds, area) }));
  covered.sort((a, b) => b.pixels - a.pixels);
  const best = covered[0];
  return best !== undefined && best.pixels > 0 ? best.area : undefined;
}

function overlap(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(0, width) * Math.max(0, height);
}

function centred(size: { readonly width: number; readonly height: number }, area: Rectangle): Rectangle {
  const { width, height } = fitted(size, area);
  return {
    x: area.x + Math.max(0, Math.round((area.width - width) / 2)),
    y: area.y + Math.max(0, Math.round((area.height - height) / 2)),
    width,
    height,
  };
}

/** Never smaller than the minimum, even where the screen is: then the top left corner shows. */
function fitted(
  size: { readonly width: number; readonly height: number },
  area: Rectangle,
): { width: number; height: number } {
  return {
    width: Math.max(minSize.width, Math.min(size.width, area.width)),
    height: Math.max(minSize.height, Math.min(size.height, area.height)),
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}
