import { expect, inject } from 'vitest';
import type { Person } from '../person.ts';
import { startOnceMore } from './second-start.ts';

/** The app follows one link in so long, ms. */
const LINKS_APART_MS = 1_000;

/**
 * How links are clicked somewhere on a person's desktop: not sooner after the last than the app follows them; several at
 * once are clicked at the same moment.
 */
export function linkClicks(person: () => Person, display: () => string): (...links: string[]) => Promise<void> {
  let last = Number.NEGATIVE_INFINITY;
  return async (...links) => {
    await expect
      .poll(() => performance.now() - last, { interval: 20, timeout: 5_000 })
      .toBeGreaterThan(LINKS_APART_MS + 50);
    const app = { executable: inject('executable'), display: display() };
    await Promise.all(links.map((link) => startOnceMore(person(), app, [link])));
    last = performance.now();
  };
}
