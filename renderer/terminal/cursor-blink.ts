/** How long the cursor is shown, and then not, ms. */
export const BLINK_MS = 500;

/**
 * Blinks the cursor of a terminal that has the keyboard: twice a second a mark on its element, which the style sheet hides
 * the cursor by. xterm's own blinking is an animation of CSS, and for that Chromium draws the window sixty times a second
 * for as long as it has the keyboard: a tenth of a core for a terminal in which nothing happens.
 */
export class CursorBlink {
  readonly #element: HTMLElement;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /** The terminal has the keyboard. */
  start(): void {
    this.#show();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#turn(), BLINK_MS);
  }

  /** Something was drawn: the cursor is to be seen where it is now. */
  drawn(): void {
    if (this.#timer !== undefined) this.start();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#show();
  }

  #turn(): void {
    if (this.#element.dataset.cursor === undefined) this.#element.dataset.cursor = 'hidden';
    else this.#show();
    this.#timer = setTimeout(() => this.#turn(), BLINK_MS);
  }

  #show(): void {
    if (this.#element.dataset.cursor !== undefined) delete this.#element.dataset.cursor;
  }
}
