import type { Answers } from '../fake-main.ts';
import type { Scene } from '../scene.ts';
import { HOUR, NOW } from '../world/moments.ts';
import { erin } from '../world/org.ts';
import { grant, held, snapshot } from '../world/state.ts';

const live = held(grant(1, 'billing-app'));
const other = held(grant(2, 'orders-db', { login: 'readonly', role: 'orders-read' }));
const templates = ['Restart the invoice worker', 'Look up an order'].map((name) => ({
  name,
  targets: ['billing-app'],
  login: 'deploy',
  durationSeconds: 1800,
  reason: '',
  endsWithSession: false,
}));
const usual = snapshot(
  erin,
  { grants: [live, other] },
  {
    connectWith: 'native',
    nativeTerminal: 'kitty',
    sshConfig: true,
    shortcut: 'Control+Shift+Space',
    favourites: ['orders-db', 'billing-app'],
    templates,
  },
);
const installed = {
  'native.list': {
    ok: true,
    value: {
      terminals: [
        { id: 'gnome-terminal', name: 'GNOME Terminal' },
        { id: 'kitty', name: 'kitty' },
      ],
    },
  },
  'diagnostics.copy': { ok: true, value: { lines: 214 } },
} satisfies Answers;
const taken = {
  ...installed,
  'settings.change': {
    ok: false,
    error: { code: 'wrong-state', message: 'Another program has Ctrl+Shift+K. Choose other keys.' },
  },
} satisfies Answers;
const at = (group: 'notifications' | 'connecting' | 'terminal' | 'appearance' | 'kept' | 'about') =>
  ({ page: 'settings', group }) as const;

export const settingsScenes: Scene[] = [
  { name: 'settings', snapshot: usual, at: { page: 'settings' }, answers: installed },
  { name: 'settings-narrow', snapshot: usual, at: { page: 'settings' }, answers: installed, size: [360, 480] },
  { name: 'settings-wide', snapshot: usual, at: { page: 'settings' }, answers: installed, size: [900, 700] },
  {
    name: 'settings-recording',
    snapshot: usual,
    at: { page: 'settings' },
    answers: installed,
    act: (page) => page.getByRole('button', { name: 'Change the shortcut, now Ctrl+Shift+Space' }).click(),
  },
  {
    name: 'settings-shortcut-common',
    snapshot: usual,
    at: { page: 'settings' },
    answers: installed,
    async act(page) {
      await page.getByRole('button', { name: 'Change the shortcut, now Ctrl+Shift+Space' }).click();
      await page.keyboard.press('Control+C');
    },
  },
  {
    name: 'settings-shortcut-taken',
    snapshot: usual,
    at: { page: 'settings' },
    answers: taken,
    async act(page) {
      await page.getByRole('button', { name: 'Change the shortcut, now Ctrl+Shift+Space' }).click();
      await page.keyboard.press('Control+Shift+K');
    },
  },
  {
    name: 'settings-quiet',
    snapshot: snapshot(erin, {}, { doNotDisturbUntil: NOW + HOUR }),
    at: at('notifications'),
  },
  { name: 'settings-connecting', snapshot: usual, at: at('connecting'), answers: installed },
  {
    name: 'settings-no-terminal',
    snapshot: snapshot(
      erin,
      {
        sshConfigProblem: {
          code: 'internal',
          message: '~/.ssh/config cannot be written: it belongs to somebody else. Make it yours, then switch this on.',
        },
      },
      { connectWith: 'native', sshConfig: true },
    ),
    at: at('connecting'),
    answers: { 'native.list': { ok: true, value: { terminals: [] } } },
  },
  { name: 'settings-terminal', snapshot: usual, at: at('terminal'), answers: installed },
  {
    name: 'settings-terminal-font',
    snapshot: snapshot(erin, {}, { terminalFont: 'No Such Mono', terminalColors: 'solarized' }),
    at: at('terminal'),
  },
  { name: 'settings-kept', snapshot: usual, at: at('kept'), answers: installed },
  {
    name: 'settings-kept-undo',
    snapshot: usual,
    at: at('kept'),
    answers: installed,
    async act(page) {
      await page.getByRole('button', { name: 'Rename Restart the invoice worker' }).click();
      await page.getByRole('textbox', { name: 'New name' }).fill('Look up an order');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Take orders-db' }).click();
    },
  },
  { name: 'settings-kept-nothing', snapshot: snapshot(erin), at: at('kept') },
  {
    name: 'settings-about',
    snapshot: usual,
    at: at('about'),
    answers: installed,
    act: (page) => page.getByRole('button', { name: 'Copy diagnostics' }).click(),
  },
  { name: 'settings-sign-out', snapshot: usual, at: { page: 'settings', leaving: true }, answers: installed },
];
