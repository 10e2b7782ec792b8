import { FitAddon } from '@xterm/addon-fit';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { type ITerminalOptions, Terminal as Xterm } from '@xterm/xterm';
import type { Failure } from '../../protocol/errors.ts';
import type { TerminalInput, TerminalOutput } from '../../protocol/ipc/terminal-port.ts';
import { send } from '../bridge.ts';
import { drawnBytes, inputMessages, resizeMessage } from './flow.ts';
import { cleanPaste, runsAtOnce } from './paste.ts';
import { onPort } from './ports.ts';

/** What a person chose for all terminals. */
export type Look = Pick<ITerminalOptions, 'fontSize' | 'scrollback' | 'theme'>;

interface Listeners {
  /** A paste that would run as it lands; `text` goes back to `pasteAnyway` if the person wants it. */
  onRiskyPaste(text: string): void;
  onFailure(failure: Failure): void;
}

/**
 * One terminal: xterm, its bytes and its flow control. Lives outside of React, from the first time its tab is drawn
 * until `dispose`, so that drawing again never attaches twice.
 */
export class TerminalView {
  readonly #id: string;
  readonly #listeners: Listeners;
  readonly #xterm: Xterm;
  readonly #fit = new FitAddon();
  readonly #sizes: ResizeObserver;
  #port: MessagePort | undefined;
  #stopWaiting: (() => void) | undefined;
  #over = false;

  constructor(id: string, look: Look, listeners: Listeners) {
    this.#id = id;
    this.#listeners = listeners;
    this.#xterm = new Xterm({
      ...look,
      allowProposedApi: true,
      cursorBlink: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
      drawBoldTextInBrightColors: false,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'),
      lineHeight: 1.15,
      // Text in the colour of its ground would hide from the person what their session shows.
      minimumContrastRatio: 4.5,
      // A link in the output must not open anything: what is behind it is chosen by the other end.
      linkHandler: { activate: () => {} },
    });
    this.#xterm.loadAddon(this.#fit);
    this.#xterm.loadAddon(new Unicode11Addon());
    this.#xterm.unicode.activeVersion = '11';
    this.#sizes = new ResizeObserver(() => this.#fitToPlace());
  }

  /** Draws in a place of the page. The first time, asks main for the bytes. */
  showIn(place: HTMLElement): void {
    if (this.#xterm.element !== undefined) {
      if (this.#xterm.element.parentElement === place) return;
      this.#sizes.disconnect();
      place.append(this.#xterm.element);
    } else {
      this.#xterm.open(place);
      this.#attach();
    }
    place.addEventListener('paste', this.#onPaste, true);
    this.#sizes.observe(place);
    this.#fitToPlace();
  }

  focus(): void {
    this.#xterm.focus();
  }

  restyle(look: Look): void {
    Object.assign(this.#xterm.options, look);
    this.#fitToPlace();
  }

  /** What is selected, '' for nothing. */
  selection(): string {
    return this.#xterm.getSelection();
  }

  /** Pastes, or says that the text would run as it lands. */
  paste(text: string): void {
    const clean = cleanPaste(text);
    if (clean === '' || this.#over) return;
    if (runsAtOnce(clean, this.#xterm.modes.bracketedPasteMode)) this.#listeners.onRiskyPaste(clean);
    else this.#xterm.paste(clean);
  }

  pasteAnyway(text: string): void {
    this.#xterm.paste(cleanPaste(text));
  }

  /** Takes no more keys; what was drawn stays and scrolls. */
  end(): void {
    this.#over = true;
    this.#xterm.options.disableStdin = true;
    this.#xterm.options.cursorBlink = false;
    // It is drawn dimmed from here on; more contrast first, so that it can still be read.
    this.#xterm.options.minimumContrastRatio = 9;
  }

  dispose(): void {
    this.#stopWaiting?.();
    this.#port?.close();
    this.#sizes.disconnect();
    this.#xterm.dispose();
  }

  #attach(): void {
    this.#fitToPlace();
    this.#stopWaiting = onPort(this.#id, (port) => this.#listen(port));
    const { cols, rows } = resizeMessage(this.#xterm.cols, this.#xterm.rows);
    void send('terminal.attach', { id: this.#id, cols, rows }).then((result) => {
      if (!result.ok) this.#listeners.onFailure(result.error);
    });
    this.#xterm.onData((text) => {
      for (const message of inputMessages(text)) this.#post(message);
    });
    this.#xterm.onResize((size) => this.#post(resizeMessage(size.cols, size.rows)));
  }

  #listen(port: MessagePort): void {
    this.#port = port;
    const drawn = drawnBytes((bytes) => this.#post({ kind: 'ack', bytes }));
    port.onmessage = ({ data }: MessageEvent<TerminalOutput>) => {
      switch (data.kind) {
        case 'data': {
          const { length } = data.bytes;
          this.#xterm.write(data.bytes, () => drawn(length));
          return;
        }
        case 'ended':
          this.end();
          return;
        default:
          data satisfies never;
      }
    };
    this.#post(resizeMessage(this.#xterm.cols, this.#xterm.rows));
  }

  #post(message: TerminalInput): void {
    this.#port?.postMessage(message);
  }

  #fitToPlace(): void {
    const place = this.#xterm.element?.parentElement;
    if (!place || place.clientWidth === 0 || place.clientHeight === 0) return;
    this.#fit.fit();
  }

  /** Before xterm's own listener, which would paste without asking. */
  readonly #onPaste = (event: ClipboardEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    this.paste(event.clipboardData?.getData('text/plain') ?? '');
  };
}
