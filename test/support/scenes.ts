import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, inject } from 'vitest';
import { ROOT } from '../../scripts/folders.ts';
import type { Scene } from '../../scripts/screenshots/scene.ts';
import { scenes } from '../../scripts/screenshots/scenes.ts';
import { openStage, type Stage } from '../../scripts/screenshots/stage.ts';

/** A window for the scenes of the screenshots, while the tests of one file run. Returns how to show one, by its name. */
export function openScenes(): (scene: Scene | string) => Promise<Page> {
  let stage: Stage;
  beforeAll(async () => {
    const renderer = process.env.SALLYPORT_RENDERER ?? join(ROOT, 'out/renderer');
    stage = await openStage({ executable: inject('executable'), display: inject('display'), renderer });
  });
  afterAll(() => stage?.dispose());
  return (scene) => {
    const shown = typeof scene === 'string' ? scenes.find(({ name }) => name === scene) : scene;
    if (shown === undefined) throw new Error(`There is no scene ${scene}.`);
    return stage.show(shown, 'light');
  };
}
