import { FitAddon } from '@xterm/addon-fit';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal as Xterm } from '@xterm/xterm';
import type { Failure } from '../../protocol/errors.ts';
import type { TerminalInput, TerminalOutput } from '../../protocol/ipc/terminal-port.ts';
import { send } from '../bridge.ts';
import { currentSnapshot } from '../store/snapshot.ts';
import { beep, bellGate } from './bell.ts';
import { CursorBlink } from './cursor-blink.ts';
import { drawnBytes, inputMessages, pieces, resizeMessage } from './flow.ts';
import { drawIn, TerminalFrames } from './frames.ts';
import { type Link, linkOf, opensLink } from './links.ts';
import type { Look } from './look.ts';
import { cleanPaste, runsAtOnce } from './paste.ts';
import { onPort } from './ports.ts';
import { TerminalSearch } from './terminal-search.ts';
import { words } from './words.ts';

export interface Listeners {
  /** A paste that would run as it lands; `text` goes back to `pasteAnyway` if the person wants it. */
  onRiskyPaste(text: string): void;
  onFailure(failure: Failure | null): void;
  /** The pointer is on a link, or on none. */
  onHover(link: Link | null): void;
  /** A link was clicked to be opened. */
  onLink(link: Link): void;
  /** The bell rang, and is to be seen. */
  onBell(): void;
  onFound(found: { index: number; count: number }): void;
}

/**
 * Takes back what a program of the old session had asked for (mouse, focus, whole pastes), without clearing what was
 * drawn. xterm's control sequences: DECRST 1000-1006, 2004, DECSTR.
 */
const NEW_SESSION = '\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1004l\x1b[?1006l\x1b[?2004l\x1b[!p';
/** Back to the screen that scrolls (DECRST 1049); where one is already there, it would move the cursor. */
const FIRST_SCREEN = '\x1b[?1049l';

/**
 * One terminal: xterm, its bytes and its flow control. Lives outside of React, from the first time its pane is drawn
 * until `dispose`, so that drawing again never attaches twice.
 */
export class TerminalView {
  readonly search: TerminalSearch;
  readonly #id: string;
  readonly #listeners: Listeners;
  readonly #xterm: Xterm;
  readonly #fit = new FitAddon();
  readonly #sizes: ResizeObserver;
  readonly #rings = bellGate();
  readonly #frames = new TerminalFrames(window);
  #blink: CursorBlink | undefined;
  #port: MessagePort | undefined;
  #stopWaiting: (() => void) | undefined;
  #over = false;
  /** The button is down: what is selected now, a person selects, and not a search. */
  #pressed = false;
  #contrast: number | undefined;

  constructor(id: string, look: Look, listeners: Listeners) {
    this.#id = id;
    this.#listeners = listeners;
    this.#contrast = look.minimumContrastRatio;
    const link = {
      activate: (event: MouseEvent, text: string) => this.#click(event, text),
      hover: (_event: MouseEvent, text: string) => listeners.onHover(linkOf(text)),
      leave: () => listeners.onHover(null),
    };
    this.#xterm = new Xterm({
      ...look,
      allowProposedApi: true,
      cursorBlink: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
      drawBoldTextInBrightColors: false,
      lineHeight: 1.15,
      // A link that names another place than it shows (OSC 8): the person sees the place, here and when asked.
      linkHandler: link,
    });
    this.#xterm.loadAddon(this.#fit);
    this.#xterm.loadAddon(new Unicode11Addon());
    this.#xterm.unicode.activeVersion = '11';
    this.#xterm.loadAddon(new WebLinksAddon(link.activate, { hover: link.hover, leave: link.leave }));
    // A target must not put anything on the clipboard, nor ask what is there (OSC 52).
    this.#xterm.parser.registerOscHandler(52, () => true);
    this.search = new TerminalSearch(this.#xterm, look.theme, (found) => listeners.onFound(found));
    this.#xterm.onBell(() => this.#ring());
    this.#xterm.onSelectionChange(() => this.#copyIfWanted());
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
      drawIn(this.#xterm, this.#frames);
      this.#blinkCursor();
      this.#attach();
      this.#xterm.onData((text) => {
        for (const message of inputMessages(text)) this.#post(message);
      });
      this.#xterm.onResize((size) => this.#post(resizeMessage(size.cols, size.rows)));
    }
    place.addEventListener('paste', this.#onPaste, true);
    place.addEventListener('mousedown', this.#onMouseDown, true);
    this.#sizes.observe(place);
    this.#fitToPlace();
  }

  #blinkCursor(): void {
    const { element, textarea } = this.#xterm;
    if (!element || !textarea) return;
    const blink = new CursorBlink(element);
    textarea.addEventListener('focus', () => blink.start());
    textarea.addEventListener('blur', () => blink.stop());
    this.#xterm.onRender(() => blink.drawn());
    this.#blink = blink;
  }

  focus(): void {
    this.#xterm.focus();
  }

  restyle(look: Look): void {
    this.#contrast = look.minimumContrastRatio;
    Object.assign(this.#xterm.options, look, this.#over ? { minimumContrastRatio: 9 } : {});
    this.search.colors(look.theme);
    this.#fitToPlace();
  }

  /** What is selected, '' for nothing. */
  selection(): string {
    return this.#xterm.getSelection();
  }

  deselect(): void {
    this.#xterm.clearSelection();
  }

  selectAll(): void {
    this.#xterm.selectAll();
  }

  /** Forgets what has scrolled away. */
  clear(): void {
    this.#xterm.clear();
  }

  /** Whether a program takes the clicks. */
  mouseTaken(): boolean {
    return this.#xterm.modes.mouseTrackingMode !== 'none';
  }

  /** Writes the lines also for a screen reader; slower in a flood. */
  readAloud(on: boolean): void {
    this.#xterm.options.screenReaderMode = on;
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

  /** The terminal was opened again: goes on below what was drawn. */
  again(): void {
    if (!this.#over) return;
    this.#over = false;
    this.#listeners.onFailure(null);
    this.#xterm.options.disableStdin = false;
    this.#xterm.options.cursorBlink = !window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#xterm.options.minimumContrastRatio = this.#contrast ?? 1;
    const leave = this.#xterm.buffer.active.type === 'alternate' ? FIRST_SCREEN : '';
    this.#xterm.write(`${leave}${NEW_SESSION}\r\n\x1b[2m── ${words.connectedAgain} ──\x1b[0m\r\n`);
    this.#attach();
  }

  dispose(): void {
    this.#stopWaiting?.();
    this.#port?.close();
    this.#sizes.disconnect();
    this.#blink?.stop();
    this.#xterm.dispose();
  }

  #attach(): void {
    this.#fitToPlace();
    this.#stopWaiting?.();
    this.#port?.close();
    this.#port = undefined;
    this.#stopWaiting = onPort(this.#id, (port) => this.#listen(port));
    const { cols, rows } = resizeMessage(this.#xterm.cols, this.#xterm.rows);
    void send('terminal.attach', { id: this.#id, cols, rows }).then((result) => {
      if (!result.ok) this.#listeners.onFailure(result.error);
    });
  }

  #listen(port: MessagePort): void {
    this.#port = port;
    const drawn = drawnBytes((bytes) => this.#post({ kind: 'ack', bytes }));
    port.onmessage = ({ data }: MessageEvent<TerminalOutput>) => {
      if (this.#port !== port) return;
      switch (data.kind) {
        case 'data': {
          for (const piece of pieces(data.bytes)) {
            this.#xterm.write(piece, () => {
              this.#frames.taken(piece.length);
              drawn(piece.length);
            });
          }
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

  #click(event: MouseEvent, text: string): void {
    const link = linkOf(text);
    if (link !== null && opensLink(event, currentSnapshot().platform)) this.#listeners.onLink(link);
  }

  #ring(): void {
    const { terminalBell } = currentSnapshot().settings;
    if (terminalBell === 'off' || !this.#rings()) return;
    this.#listeners.onBell();
    if (terminalBell === 'sound') beep();
  }

  #fitToPlace(): void {
    const place = this.#xterm.element?.parentElement;
    if (!place || place.clientWidth === 0 || place.clientHeight === 0) return;
    this.#fit.fit();
  }

  /** Before xterm's own listener, which would paste without asking. Middle click and Shift+Insert come here too. */
  readonly #onPaste = (event: ClipboardEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    this.paste(event.clipboardData?.getData('text/plain') ?? '');
  };

  readonly #onMouseDown = (event: MouseEvent): void => {
    this.#pressed = event.button === 0;
    // xterm tells of a selection when the button is let go, wherever that is.
    const released = (): void => {
      setTimeout(() => {
        this.#pressed = false;
      });
    };
    window.addEventListener('mouseup', released, { capture: true, once: true });
  };

  #copyIfWanted(): void {
    if (!this.#pressed || !currentSnapshot().settings.terminalCopyOnSelect) return;
    const text = this.selection();
    if (text !== '') void send('clipboard.write', { text });
  }
}
