/** Where windows stood, so that a wall of screens comes back as it was. Positions are in Electron's screen units. */
import { z } from 'zod';
import { consoleHome, consolePathOf, consoleUrl } from './app-origin.ts';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const length = z.int().min(1).max(100_000);
const position = z.int().min(-100_000).max(100_000);

export const windowPlace = z.object({
  bounds: z.object({ x: position, y: position, width: length, height: length }),
  maximized: z.boolean(),
  fullScreen: z.boolean(),
  /** What the window showed. */
  path: z.string().max(2_048),
});
export type WindowPlace = z.infer<typeof windowPlace>;

const smallest = { width: 640, height: 480 };
const usual = { width: 1_440, height: 900 };
/** Enough of the title bar to take hold of it with the mouse. */
const grip = { width: 120, height: 40 };

/** A file written by hand, by an older version or half: whatever cannot be read counts as no window. */
export function parseWindowPlaces(text: string): readonly WindowPlace[] {
  try {
    return z.array(windowPlace).max(32).parse(JSON.parse(text));
  } catch {
    return [];
  }
}

/**
 * The place on the displays that are there now: kept where it can still be seen and held, else moved to the middle of
 * the first display.
 * @param displays work areas, the primary display first; never empty
 */
export function fitWindowPlace(
  place: WindowPlace | null,
  displays: readonly Rectangle[],
): WindowPlace {
  const home = { maximized: false, fullScreen: false, path: consoleHome };
  const primary = displays[0]!;
  if (place === null) return { ...home, bounds: centred(usual, primary) };
  const { bounds } = place;
  const sizedFor = (display: Rectangle) => ({ ...bounds, ...sizeIn(bounds, display) });
  const seen = displays.find((display) => canBeHeld(sizedFor(display), display));
  return {
    ...place,
    path: consolePathOf(consoleUrl(place.path)) === null ? consoleHome : place.path,
    bounds: seen === undefined ? centred(bounds, primary) : sizedFor(seen),
  };
}

function canBeHeld(bounds: Rectangle, display: Rectangle): boolean {
  const width =
    Math.min(bounds.x + bounds.width, display.x + display.width) - Math.max(bounds.x, display.x);
  const titleBar = bounds.y >= display.y && bounds.y + grip.height <= display.y + display.height;
  return titleBar && width >= Math.min(grip.width, bounds.width);
}

function centred(size: Pick<Rectangle, 'width' | 'height'>, display: Rectangle): Rectangle {
  const { width, height } = sizeIn(size, display);
  return {
    x: Math.round(display.x + (display.width - width) / 2),
    y: Math.round(display.y + (display.height - height) / 2),
    width,
    height,
  };
}

function sizeIn(size: Pick<Rectangle, 'width' | 'height'>, display: Rectangle) {
  return {
    width: Math.min(Math.max(size.width, smallest.width), display.width),
    height: Math.min(Math.max(size.height, smallest.height), display.height),
  };
}
