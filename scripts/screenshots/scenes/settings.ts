import type { Answers } from '../fake-main.ts';
import type { Scene } from '../scene.ts';
import { HOUR, NOW } from '../world/moments.ts';
import { erin } from '../world/org.ts';
import { grant, held, snapshot } from '../world/state.ts';

const live = held(grant(1, 'billing-app'));
const other = held(grant(2, 'orders-db', { login: 'readonly', role: 'orders-read' }));
const notice = (name: string, version: string, licence: string, homepage = '') => ({
  ...{ name, version, licence, homepage },
  text: `${licence} License\n\nCopyright (c) The authors of ${name}\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction.`,
});
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
/** What main says of this computer, for the settings that ask it. */
export const installed = {
  'native.list': {
    ok: true,
    value: {
      terminals: [
        { id: 'gnome-terminal', name: 'GNOME Terminal' },
        { id: 'kitty', name: 'kitty' },
      ],
    },
  },
  'about.show': {
    ok: true,
    value: {
      ...{ electron: '45.1.0', chromium: '148.0.7712.64', node: '24.10.0' },
      ...{ system: 'Linux 6.12.57, x64', installedFrom: 'deb package', licence: 'MIT' },
    },
  },
  'about.licences': {
    ok: true,
    value: {
      packages: [
        notice('electron', '45.1.0', 'MIT', 'https://www.electronjs.org/'),
        notice('@mantine/core', '9.7.4', 'MIT', 'https://mantine.dev/'),
        notice('asn1', '0.2.6', 'MIT'),
        notice('bcrypt-pbkdf', '1.0.2', 'BSD-3-Clause'),
        notice('tweetnacl', '1.0.3', 'Unlicense', 'https://tweetnacl.js.org'),
      ],
      chromium: '/opt/Sallyport/LICENSES.chromium.html',
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
  {
    name: 'licences',
    snapshot: usual,
    at: at('about'),
    answers: installed,
    async act(page) {
      await page.getByRole('button', { name: 'Licences of others' }).click();
      await page.getByText('bcrypt-pbkdf 1.0.2').click();
    },
  },
  {
    name: 'licences-none',
    snapshot: usual,
    at: at('about'),
    answers: {
      ...installed,
      'about.licences': {
        ok: false,
        error: {
          code: 'not-found',
          message:
            'This Sallyport runs from its source, and the licences are gathered when it is packaged. They are in node_modules.',
        },
      },
    },
    size: [360, 480],
    act: (page) => page.getByRole('button', { name: 'Licences of others' }).click(),
  },
  { name: 'settings-sign-out', snapshot: usual, at: { page: 'settings', leaving: true }, answers: installed },
];
