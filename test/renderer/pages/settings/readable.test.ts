import { describe, expect, test } from 'vitest';
import type { Settings } from '../../../../protocol/ipc/settings.ts';
import { contrast, readable, rgbOf } from '../../../../renderer/pages/settings/readable.ts';
import { lookOf } from '../../../../renderer/terminal/look.ts';
import { snapshot } from '../../examples.ts';

test.each([
  ['#000000', '#ffffff', 21],
  ['#ffffff', '#ffffff', 1],
  ['#777777', '#ffffff', 4.48],
])('%s and %s are %d apart', (one, other, ratio) => {
  expect(contrast(rgbOf(one) ?? [0, 0, 0], rgbOf(other) ?? [0, 0, 0])).toBeCloseTo(ratio, 2);
});

test.each([
  ['one that can be read stays', '#000000', '#ffffff', '#000000', '#000000'],
  ['the ground’s own becomes something else', '#ffffff', '#ffffff', '#000000', '#737373'],
  ['another spelling stays', 'red', '#ffffff', '#000000', 'red'],
])('%s', (_name, color, ground, text, shown) => {
  expect(readable(color, ground, text, 4.5)).toBe(shown);
});

describe('all colours of the sample can be read', () => {
  const schemes: Settings['terminalColors'][] = ['app', 'dark', 'light', 'solarized', 'high-contrast'];
  test.each(schemes.flatMap((colors) => [[colors, 'light'] as const, [colors, 'dark'] as const]))(
    '%s in %s',
    (terminalColors, scheme) => {
      const look = lookOf({ ...snapshot().settings, terminalColors }, scheme, 'mono');
      const { background, foreground, green = '', blue = '', yellow = '', red = '' } = look.theme;
      for (const color of [
        foreground,
        ...[green, blue, yellow, red].map((c) => readable(c, background, foreground, 4.5)),
      ])
        expect(contrast(rgbOf(color) ?? [0, 0, 0], rgbOf(background) ?? [0, 0, 0]), color).toBeGreaterThanOrEqual(4.5);
    },
  );
});
