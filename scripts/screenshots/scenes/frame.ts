import type { Scene } from '../scene.ts';
import { HOUR, NOW } from '../world/moments.ts';
import { dana, erin } from '../world/org.ts';
import { grant, held, request, snapshot } from '../world/state.ts';

const live = held(grant(1, 'billing-app', { extension: { maxSeconds: 3600, left: 2 } }));
const other = held(grant(2, 'staging-web'));
/** Erin in the middle of her work: two terminals are open. */
export const working = snapshot(
  erin,
  {
    grants: [live, other],
    terminals: [
      {
        id: 'term-1',
        beside: null,
        grantId: live.grant.id,
        title: 'deploy@billing-app',
        endsAt: live.grant.endsAt,
        status: { state: 'open' },
      },
      {
        id: 'term-2',
        beside: null,
        grantId: other.grant.id,
        title: 'deploy@staging-web',
        endsAt: other.grant.endsAt,
        status: { state: 'open' },
      },
    ],
  },
  { favourites: ['orders-db'], doNotDisturbUntil: NOW + HOUR },
);
const deciding = snapshot(dana, { inbox: [request(5, 'billing-app'), request(6, 'orders-db')] });

export const frameScenes: Scene[] = [
  { name: 'palette', snapshot: working, act: (page) => page.keyboard.press('Control+K') },
  {
    name: 'palette-narrow',
    snapshot: working,
    size: [360, 480],
    act: (page) => page.keyboard.press('Control+K'),
  },
  {
    name: 'palette-found',
    snapshot: working,
    async act(page) {
      await page.keyboard.press('Control+K');
      await page.getByRole('combobox', { name: 'What do you want to do?' }).fill('bill');
      await page.keyboard.press('ArrowDown');
    },
  },
  {
    name: 'palette-nothing',
    snapshot: working,
    async act(page) {
      await page.keyboard.press('Control+K');
      await page.getByRole('combobox', { name: 'What do you want to do?' }).fill('zebra');
    },
  },
  {
    name: 'palette-said',
    snapshot: working,
    answers: { 'diagnostics.copy': { ok: true, value: { lines: 214 } } },
    async act(page) {
      await page.keyboard.press('Control+K');
      await page.getByRole('combobox', { name: 'What do you want to do?' }).fill('diag');
      await page.keyboard.press('Enter');
    },
  },
  { name: 'palette-decide', snapshot: deciding, act: (page) => page.keyboard.press('Control+K') },
  { name: 'quit', snapshot: working, at: { page: 'quit' } },
  { name: 'quit-narrow', snapshot: working, at: { page: 'quit' }, size: [360, 480] },
  { name: 'quit-restart', snapshot: working, at: { page: 'quit', again: true } },
  { name: 'quit-nothing-open', snapshot: snapshot(erin), at: { page: 'quit' } },
];
