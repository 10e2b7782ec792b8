import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Display, startDisplay } from '../../../scripts/display.ts';
import { XScreen } from '../../support/x-screen.ts';
import { World } from '../gateway/world.ts';
import { NativeDesk } from './native-desk.ts';

let world: World;
let display: Display;
let screen: XScreen;
let desk: NativeDesk;
beforeAll(async () => {
  [world, display] = await Promise.all([World.start(), startDisplay()]);
  screen = await XScreen.open(display.name);
});
afterAll(async () => {
  screen?.dispose();
  await display?.dispose();
  await world?.stop();
});
beforeEach(async () => {
  desk = await NativeDesk.start(world, display.name);
});
afterEach(() => desk.dispose());

describe('a native terminal', () => {
  it('opens with a shell of the target in it', async () => {
    const clicked = Date.now();
    const grant = desk.grant();
    const { id } = await desk.native.open(grant.id);
    await desk.reaches(id, 'open');
    await expect.poll(() => desk.screen(), { timeout: 10_000, interval: 5 }).toMatch(/[#$] $/);
    console.log(`click to prompt: ${Date.now() - clicked} ms`, desk.problems);
    screen.focus(await screen.window(new RegExp(`@${grant.target.name}$`)));
    for (const key of ['i', 'd', 'Enter']) screen.press(key);
    await expect.poll(() => desk.screen()).toMatch(/uid=\d+/);
  });
});
