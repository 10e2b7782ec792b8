import type { ITerminalOptions } from '@xterm/xterm';
import type { Settings } from '../../protocol/ipc/settings.ts';
import { type Colors, colorsOf } from './colors.ts';

/** What a person chose for all terminals, as xterm takes it. */
export type Look = Pick<ITerminalOptions, 'fontSize' | 'fontFamily' | 'scrollback' | 'minimumContrastRatio'> & {
  theme: Colors;
};

type Chosen = Pick<Settings, 'terminalFontSize' | 'terminalFont' | 'terminalScrollback' | 'terminalColors'>;

/** Text in the colour of its ground would hide from the person what their session shows. */
const READABLE = 4.5;
const HIGH_CONTRAST = 7;

/** @param scheme of the app @param ourFont the font list that follows the chosen font */
export function lookOf(chosen: Chosen, scheme: 'light' | 'dark', ourFont: string): Look {
  return {
    fontSize: chosen.terminalFontSize,
    fontFamily: fontFamily(chosen.terminalFont, ourFont),
    scrollback: chosen.terminalScrollback,
    minimumContrastRatio: chosen.terminalColors === 'high-contrast' ? HIGH_CONTRAST : READABLE,
    theme: colorsOf(chosen.terminalColors, scheme),
  };
}

/** A font that is not installed falls back to ours, also a name that is none. */
export function fontFamily(chosen: string, ourFont: string): string {
  const name = chosen.replace(/[^\p{L}\p{N} ._-]/gu, '').trim();
  return name === '' ? ourFont : `"${name}", ${ourFont}`;
}
