// Every page and state of the screenshots, as axe reads it.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { describe, expect, test } from 'vitest';
import { scenes } from '../../scripts/screenshots/scenes.ts';
import { openScenes } from '../support/scenes.ts';

const show = openScenes();
/** The small one: every page reads it anew. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The page is the same in the dark, but for its colours. */
const RULES = [
  ['light', {}],
  ['dark', { runOnly: ['color-contrast'] }],
] as const;

describe('axe finds nothing wrong, in light and in dark', () => {
  test.each(scenes.map((scene) => [scene.name, scene] as const))('%s', async (_name, scene) => {
    const page = await show(scene);
    expect(await page.getByText('This window ran into a fault').count()).toBe(0);
    await page.evaluate(AXE);
    for (const [colorScheme, rules] of RULES) {
      await page.emulateMedia({ colorScheme });
      const options = JSON.stringify({ resultTypes: ['violations'], ...rules });
      const { violations } = (await page.evaluate(`axe.run(document, ${options})`)) as AxeResults;
      const found = violations.map(({ id, nodes }) => `${colorScheme}, ${id}: ${nodes.map((n) => n.html).join('\n')}`);
      expect(found).toEqual([]);
    }
  });
});
