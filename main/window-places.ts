import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

/** A rectangle on the desktop, in device-independent pixels. */
export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}
export type Size = Pick<Rectangle, 'width' | 'height'>;

const length = z.number().int().min(1).max(20_000);
const position = z.number().int().min(-100_000).max(100_000);
const placesSchema = z.strictObject({
  popover: z.strictObject({ width: length, height: length }).optional(),
  terminals: z
    .strictObject({ x: position, y: position, width: length, height: length, maximized: z.boolean() })
    .optional(),
});
export type Places = z.infer<typeof placesSchema>;

/** Where the windows were, kept in a file of the app's folder. Losing it costs nothing but the places. */
export class WindowPlaces {
  readonly #file: string;
  #places: Places;

  constructor(file: string) {
    this.#file = file;
    this.#places = readPlaces(file);
  }

  get places(): Places {
    return this.#places;
  }

  keep(places: Places): void {
    this.#places = { ...this.#places, ...places };
    try {
      writeFileSync(`${this.#file}.new`, JSON.stringify(this.#places), { mode: 0o600 });
      renameSync(`${this.#file}.new`, this.#file);
    } catch {
      // The window stands elsewhere next time; nobody needs to be told.
    }
  }
}

function readPlaces(file: string): Places {
  try {
    const parsed = placesSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : {};
  } catch {
    return {};
  }
}

/** How much of a window's upper edge has to be on a screen, so that it can be taken hold of. */
const GRIP: Size = { width: 120, height: 40 };

/**
 * Where a window that was there before shall stand now: screens may have gone since. Pure.
 * @param screens the parts of the screens that windows may use, the main one first
 * @returns its size, and its place if it can be had; the desktop chooses one otherwise
 */
export function fitToScreens(was: Rectangle, screens: readonly Rectangle[], least: Size): Size & Partial<Rectangle> {
  const visible = (screen: Rectangle): boolean =>
    Math.min(was.x + was.width, screen.x + screen.width) - Math.max(was.x, screen.x) >= GRIP.width &&
    was.y >= screen.y &&
    was.y + GRIP.height <= screen.y + screen.height;
  const screen = screens.find(visible);
  const room = screen ?? screens[0];
  const size = fitSize(was, room, least);
  return screen ? { x: was.x, y: was.y, ...size } : size;
}

/** A size that is neither less than is usable nor more than there is room for. Pure. */
export function fitSize(was: Size, room: Size | undefined, least: Size): Size {
  const within = (wanted: number, most: number, min: number): number => Math.max(Math.min(wanted, most), min);
  return {
    width: within(was.width, room?.width ?? was.width, least.width),
    height: within(was.height, room?.height ?? was.height, least.height),
  };
}

/** Where a window stands under the cursor, its middle at it, and as far on the screen as it can be. */
export function byCursor(
  { width, height }: Size,
  cursor: Pick<Rectangle, 'x' | 'y'>,
  room: Rectangle,
): Pick<Rectangle, 'x' | 'y'> {
  const within = (at: number, start: number, space: number): number =>
    Math.round(Math.min(Math.max(at, start), start + Math.max(space, 0)));
  return {
    x: within(cursor.x - width / 2, room.x, room.width - width),
    y: within(cursor.y, room.y, room.height - height),
  };
}
