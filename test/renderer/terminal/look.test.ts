import { describe, expect, test } from 'vitest';
import { settingsSchema } from '../../../protocol/ipc/settings.ts';
import { bellGate } from '../../../renderer/terminal/bell.ts';
import { colorsOf } from '../../../renderer/terminal/colors.ts';
import { fontFamily } from '../../../renderer/terminal/look.ts';

test.each([
  ['', 'ours'],
  ['   ', 'ours'],
  ['Fira Code', '"Fira Code", ours'],
  ['源ノ角ゴシック', '"源ノ角ゴシック", ours'],
  ['x"; src: url(https://evil)', '"x src urlhttpsevil", ours'],
  ['\\22', '"22", ours'],
])('the font %j is %s', (chosen, family) => {
  expect(fontFamily(chosen, 'ours')).toBe(family);
});

describe('the colours', () => {
  const luminance = (hex: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string): number => {
    const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
    return (light + 0.05) / (dark + 0.05);
  };
  test.each(settingsSchema.shape.terminalColors.options)('%s can be read, text and cursor', (chosen) => {
    for (const scheme of ['light', 'dark'] as const) {
      const colors = colorsOf(chosen, scheme);
      const least = chosen === 'high-contrast' ? 15 : 4.5;
      expect(contrast(colors.foreground, colors.background)).toBeGreaterThan(least);
      expect(contrast(colors.cursor ?? '', colors.background)).toBeGreaterThan(3);
    }
  });
});

test('a bell without end is heard three times a second at most', () => {
  let now = 0;
  const rings = bellGate(() => now);
  let heard = 0;
  for (; now < 3_000; now += 1) if (rings()) heard += 1;
  expect(heard).toBe(10);
});
