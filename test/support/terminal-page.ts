import type { Page } from '@playwright/test';

/** A terminal window as a person reads it. Times are epoch ms, taken in the page the moment something is drawn. */
export class TerminalPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** The lines on the screen of the tab in front, without trailing blanks. */
  async screen(): Promise<string> {
    return this.page.evaluate(() => {
      const rows = document.querySelectorAll('[data-active] .xterm-rows > div');
      return [...rows]
        .map((row) => (row.textContent ?? '').replace(/ /g, ' ').trimEnd())
        .join('\n')
        .trimEnd();
    });
  }

  /** Resolves when the screen of the tab in front fits a pattern. */
  async shows(pattern: RegExp, timeoutMs = 10_000): Promise<{ at: number; groups: string[] }> {
    return this.#seen('[data-active] .xterm-rows', pattern, timeoutMs);
  }

  /** Resolves when a shell waits for a command: a prompt is the last thing on the screen. */
  async prompt(timeoutMs = 10_000): Promise<number> {
    return (await this.shows(/[#$%>]\s*$/, timeoutMs)).at;
  }

  /** Resolves when the app says, above the terminal, why it is over. */
  async ended(timeoutMs = 10_000): Promise<{ at: number; sentence: string }> {
    const { at, groups } = await this.#seen(
      '[data-active] [role="status"]',
      /(Access ended.*|Session ended.*)/,
      timeoutMs,
    );
    return { at, sentence: groups[0] ?? '' };
  }

  /** Types a line as a person does, Enter included. */
  async type(line: string): Promise<void> {
    await this.page.locator('[data-active] .xterm-helper-textarea').focus();
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
  }

  async #seen(selector: string, pattern: RegExp, timeoutMs: number): Promise<{ at: number; groups: string[] }> {
    // tsx wraps inner functions in a `__name` of its own, which the page does not have.
    await this.page.evaluate('globalThis.__name ??= (named) => named');
    const seen = await this.page.evaluate(
      ({ selector, source, flags, timeoutMs }) =>
        new Promise<{ at: number; groups: string[] } | { screen: string }>((resolve) => {
          const text = (): string =>
            [...document.querySelectorAll(selector)]
              .map((element) => (element.children.length > 0 ? [...element.children] : [element]))
              .flatMap((lines) => lines.map((line) => (line.textContent ?? '').replace(/ /g, ' ').trimEnd()))
              .join('\n')
              .trimEnd();
          const stop = (result: { at: number; groups: string[] } | { screen: string }): void => {
            observer.disconnect();
            clearTimeout(timer);
            resolve(result);
          };
          const look = (): void => {
            const found = new RegExp(source, flags).exec(text());
            if (found) stop({ at: Date.now(), groups: found.slice(1) });
          };
          const observer = new MutationObserver(look);
          const timer = setTimeout(() => stop({ screen: text() }), timeoutMs);
          observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
          look();
        }),
      { selector, source: pattern.source, flags: pattern.flags, timeoutMs },
    );
    if ('screen' in seen) throw new Error(`${pattern} was not shown within ${timeoutMs} ms. Shown:\n${seen.screen}`);
    return seen;
  }
}
