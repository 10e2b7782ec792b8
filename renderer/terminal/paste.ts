/** How much of a paste is shown before it is asked about, lines. */
const PREVIEW_LINES = 6;

/**
 * Pasted text without control characters other than tab and line ends: an escape sequence in it could end bracketed
 * paste and have the rest run as typed.
 */
export function cleanPaste(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '');
}

/** Whether a paste would run as it lands: it has a line end, and the program at the other end does not ask for pastes whole. */
export function runsAtOnce(text: string, bracketed: boolean): boolean {
  return !bracketed && /[\r\n]/.test(text);
}

export interface PastePreview {
  /** Lines in all. */
  lines: number;
  shown: string;
  /** Lines that are not shown. */
  hidden: number;
}

/** What to show of a paste when asking. */
export function previewOf(text: string): PastePreview {
  const lines = text.replace(/(\r\n|\r|\n)$/, '').split(/\r\n|\r|\n/);
  return {
    lines: lines.length,
    shown: lines.slice(0, PREVIEW_LINES).join('\n'),
    hidden: Math.max(0, lines.length - PREVIEW_LINES),
  };
}
