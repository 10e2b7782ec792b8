import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { byCursor, fitToScreens, type Rectangle, WindowPlaces } from '../../main/window-places.ts';

const main: Rectangle = { x: 0, y: 25, width: 1920, height: 1055 };
const second: Rectangle = { x: 1920, y: 0, width: 1280, height: 1024 };
const least = { width: 480, height: 320 };
const was = (fields: Partial<Rectangle> = {}): Rectangle => ({ x: 100, y: 100, width: 960, height: 640, ...fields });

describe('a window that was there before', () => {
  it.each<[string, Rectangle, Rectangle[], object]>([
    ['stands where it was', was(), [main], was()],
    ['stands on the second screen', was({ x: 2000 }), [main, second], was({ x: 2000 })],
    ['comes back from a screen that has gone', was({ x: 2000 }), [main], { width: 960, height: 640 }],
    ['comes back from above', was({ y: -300 }), [main], { width: 960, height: 640 }],
    ['comes back from below', was({ y: 1070 }), [main], { width: 960, height: 640 }],
    ['comes back from the left', was({ x: -900 }), [main], { width: 960, height: 640 }],
    ['may hang over an edge', was({ x: -800 }), [main], was({ x: -800 })],
    ['is no larger than its screen', was({ x: 1920, y: 0, width: 3000, height: 3000 }), [main, second], { ...second }],
    ['is no smaller than it can be used', was({ width: 10, height: 10, x: 100 }), [main], { width: 480, height: 320 }],
    ['has its size where no screen is known', was(), [], { width: 960, height: 640 }],
  ])('%s', (_name, before, screens, now) => {
    expect(fitToScreens(before, screens, least)).toEqual(now);
  });
});

describe('the file of the places', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-places-'));
  const file = join(folder, 'windows.json');

  it('keeps each window by itself', () => {
    new WindowPlaces(file).keep({ popover: { width: 400, height: 500 } });
    new WindowPlaces(file).keep({ terminals: { ...was(), maximized: true } });
    expect(new WindowPlaces(file).places).toEqual({
      popover: { width: 400, height: 500 },
      terminals: { ...was(), maximized: true },
    });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveProperty('popover');
  });

  it.each([
    '',
    'nonsense',
    '[]',
    '{"popover":{"width":-1,"height":1}}',
    '{"popover":{"width":1e9,"height":1}}',
    '{"x":1}',
  ])('that reads %j counts as none', (text) => {
    writeFileSync(file, text);
    expect(new WindowPlaces(file).places).toEqual({});
  });

  it('that cannot be written stops nothing', () => {
    rmSync(folder, { recursive: true });
    const places = new WindowPlaces(file);
    places.keep({ popover: { width: 400, height: 500 } });
    expect(places.places.popover?.width).toBe(400);
  });
});

it.each<[string, object, object]>([
  ['under it', { x: 900, y: 300 }, { x: 690, y: 300 }],
  ['whole, in a lower right corner', { x: 1919, y: 1079 }, { x: 1500, y: 440 }],
  ['whole, in an upper left corner', { x: 0, y: 0 }, { x: 0, y: 25 }],
])('a window by the cursor stands %s', (_what, cursor, place) => {
  expect(byCursor({ width: 420, height: 640 }, cursor as Rectangle, main)).toEqual(place);
});

it('one that is larger than the screen begins where the screen does', () => {
  expect(byCursor({ width: 3000, height: 3000 }, { x: 500, y: 500 }, main)).toEqual({ x: 0, y: 25 });
});
