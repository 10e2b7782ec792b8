import { type ISearchOptions, SearchAddon } from '@xterm/addon-search';
import type { Terminal as Xterm } from '@xterm/xterm';
import type { Colors } from './colors.ts';

/** Matches that are marked at once; more are still found, one after another. */
const MOST_MARKED = 1_000;

export interface Wanted {
  text: string;
  caseSensitive: boolean;
}

/** Search in what a terminal shows and has scrolled away. */
export class TerminalSearch {
  readonly #xterm: Xterm;
  readonly #addon = new SearchAddon({ highlightLimit: MOST_MARKED });
  #colors: Colors;

  constructor(xterm: Xterm, colors: Colors, onFound: (found: { index: number; count: number }) => void) {
    this.#xterm = xterm;
    this.#colors = colors;
    xterm.loadAddon(this.#addon);
    this.#addon.onDidChangeResults(({ resultIndex, resultCount }) =>
      onFound({ index: resultIndex, count: resultCount }),
    );
  }

  colors(colors: Colors): void {
    this.#colors = colors;
  }

  /** Searches from the bottom upwards: what is looked for has just scrolled away. */
  begin(wanted: Wanted): void {
    this.#xterm.clearSelection();
    if (wanted.text === '') this.#addon.clearDecorations();
    else this.#addon.findPrevious(wanted.text, this.#options(wanted));
  }

  older(wanted: Wanted): void {
    if (wanted.text !== '') this.#addon.findPrevious(wanted.text, this.#options(wanted));
  }

  newer(wanted: Wanted): void {
    if (wanted.text !== '') this.#addon.findNext(wanted.text, this.#options(wanted));
  }

  end(): void {
    this.#addon.clearDecorations();
  }

  #options({ caseSensitive }: Wanted): ISearchOptions {
    const { yellow = '#eda63e', foreground } = this.#colors;
    return {
      caseSensitive,
      decorations: {
        matchBorder: yellow,
        matchOverviewRuler: yellow,
        activeMatchBackground: yellow,
        activeMatchBorder: foreground,
        activeMatchColorOverviewRuler: foreground,
      },
    };
  }
}
