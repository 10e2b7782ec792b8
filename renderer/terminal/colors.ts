import type { ITheme } from '@xterm/xterm';
import type { Settings } from '../../protocol/ipc/settings.ts';
import { HIGH_CONTRAST, SOLARIZED } from './more-colors.ts';

/** A full set: each has a ground of its own, which the place around the letters takes too. */
export type Colors = ITheme & { background: string; foreground: string };

/** The colours that a person chose. @param scheme of the app */
export function colorsOf(chosen: Settings['terminalColors'], scheme: 'light' | 'dark'): Colors {
  switch (chosen) {
    case 'app':
      return COLORS[scheme];
    case 'dark':
    case 'light':
      return COLORS[chosen];
    case 'solarized':
      return SOLARIZED[scheme];
    case 'high-contrast':
      return HIGH_CONTRAST[scheme];
    default:
      return chosen satisfies never;
  }
}

/** Matched to tokens.css. */
const COLORS: Record<'light' | 'dark', Colors> = {
  light: {
    background: '#ffffff',
    foreground: '#1a1d21',
    cursor: '#3d59cf',
    cursorAccent: '#ffffff',
    selectionBackground: '#ccd7ff',
    selectionInactiveBackground: '#e3e6ea',
    black: '#1a1d21',
    red: '#bb2a39',
    green: '#1a7a48',
    yellow: '#8a5a00',
    blue: '#2f54c7',
    magenta: '#8a3ba8',
    cyan: '#0f7282',
    white: '#687180',
    brightBlack: '#687180',
    brightRed: '#c4303f',
    brightGreen: '#1f8a53',
    brightYellow: '#995400',
    brightBlue: '#3d59cf',
    brightMagenta: '#9c4bbb',
    brightCyan: '#12808f',
    brightWhite: '#3c434d',
    scrollbarSliderBackground: '#c9ced680',
    scrollbarSliderHoverBackground: '#c9ced6',
    scrollbarSliderActiveBackground: '#b3bac4',
  },
  dark: {
    background: '#121417',
    foreground: '#e1e4e8',
    cursor: '#9fb3ff',
    cursorAccent: '#121417',
    selectionBackground: '#3a4a8c',
    selectionInactiveBackground: '#2c3138',
    black: '#2c3138',
    red: '#ff8d8d',
    green: '#52c78b',
    yellow: '#eda63e',
    blue: '#8aa4ff',
    magenta: '#d69cf0',
    cyan: '#5cc8d8',
    white: '#c9ced6',
    brightBlack: '#6b7480',
    brightRed: '#ffb0b0',
    brightGreen: '#7fdcab',
    brightYellow: '#ffc973',
    brightBlue: '#b3c3ff',
    brightMagenta: '#e6bffa',
    brightCyan: '#8fe0ec',
    brightWhite: '#ffffff',
    scrollbarSliderBackground: '#41485380',
    scrollbarSliderHoverBackground: '#414853',
    scrollbarSliderActiveBackground: '#555e6b',
  },
};
