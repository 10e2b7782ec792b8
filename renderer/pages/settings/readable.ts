/** A colour as the three numbers of "#rrggbb", 0…255. */
type Rgb = readonly [number, number, number];

const STEPS = 20;

/**
 * The colour, mixed with the text's own until it can be read on its ground, as the terminal does with its letters.
 * Colours are "#rrggbb"; another spelling is given back as it is.
 * @param ratio of WCAG 2, at least
 */
export function readable(color: string, ground: string, text: string, ratio: number): string {
  const [from, on, to] = [rgbOf(color), rgbOf(ground), rgbOf(text)];
  if (from === undefined || on === undefined || to === undefined) return color;
  for (let step = 0; step < STEPS; step++) {
    const mixed = from.map((part, i) => Math.round(part + (((to[i] ?? part) - part) * step) / STEPS)) as unknown as Rgb;
    if (contrast(mixed, on) >= ratio) return hexOf(mixed);
  }
  return text;
}

/** How far apart two colours are by WCAG 2, from 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: Rgb): number {
  const [r, g, b] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function rgbOf(color: string): Rgb | undefined {
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  if (found === null) return undefined;
  return [1, 2, 3].map((at) => Number.parseInt(found[at] ?? '', 16)) as unknown as Rgb;
}

function hexOf(color: Rgb): string {
  return `#${color.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
