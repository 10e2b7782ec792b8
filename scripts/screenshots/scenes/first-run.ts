import type { Page } from '@playwright/test';
import type { ErrorCode } from '../../../protocol/errors.ts';
import { NOT_MANAGED } from '../../../protocol/ipc/managed.ts';
import type { Settings } from '../../../protocol/ipc/settings.ts';
import type { Snapshot } from '../../../protocol/ipc/snapshot.ts';
import type { Answers } from '../fake-main.ts';
import type { Scene } from '../scene.ts';
import { MINUTE, NOW } from '../world/moments.ts';
import { erin } from '../world/org.ts';
import { snapshot } from '../world/state.ts';

/** Nobody is signed in, and nothing of theirs is known. */
export function signedOut(over: Partial<Snapshot> = {}, settings: Partial<Settings> = {}): Snapshot {
  return snapshot(
    erin,
    { signIn: { state: 'signed-out', problem: null }, connection: { state: 'idle' }, access: [], ...over },
    settings,
  );
}

const fresh = signedOut({ orgName: '' }, { backendAddress: '' });
const SMALL = [360, 480] as const;
const refuses = (code: ErrorCode, message: string): Answers => ({
  'connection.choose': { ok: false, error: { code, message } },
});
/** Types an address and goes on by Enter. */
const typed = (address: string) => async (page: Page) => {
  await page.getByRole('textbox', { name: 'Address of your organisation' }).fill(address);
  await page.keyboard.press('Enter');
};
const nobody = refuses(
  'offline',
  'salyport.example.com is not known to this network. Check the spelling, and that the VPN is on.',
);
const long = 'sallyport.platform-engineering.north-atlantic-trading-and-shipping.example.com:8443';
export const unusable = {
  ...NOT_MANAGED,
  source: '/etc/sallyport/policy.json',
  problem: {
    code: 'policy-invalid',
    message:
      'Your organisation’s settings in /etc/sallyport/policy.json cannot be used: others than root may write it. Nobody signs in here until IT has mended them.',
  },
} as const satisfies Snapshot['managed'];

export const firstRunScenes: Scene[] = [
  { name: 'first', snapshot: fresh },
  { name: 'first-narrow', snapshot: fresh, size: SMALL },
  { name: 'first-missing', snapshot: fresh, act: typed('') },
  {
    name: 'first-looking',
    snapshot: fresh,
    answers: { 'connection.choose': 'never' },
    act: typed('sallyport.example.com'),
  },
  { name: 'first-nobody', snapshot: fresh, answers: nobody, act: typed('salyport.example.com') },
  { name: 'first-nobody-narrow', snapshot: fresh, answers: nobody, size: SMALL, act: typed('salyport.example.com') },
  {
    name: 'first-stranger',
    snapshot: fresh,
    answers: refuses('unavailable', 'www.example.com answers, but not as a Sallyport does (status 404).'),
    act: typed('www.example.com'),
  },
  {
    name: 'first-wrong',
    snapshot: fresh,
    answers: refuses('invalid-input', 'Leave out what follows sallyport.example.com.'),
    act: typed('https://sallyport.example.com/sign-in?next=home'),
  },
  {
    name: 'first-link-pasted',
    snapshot: fresh,
    act: (page) =>
      page
        .getByRole('textbox', { name: 'Address of your organisation' })
        .fill('sallyport://join?org=https%3A%2F%2Fsallyport.example.com'),
  },
  { name: 'sign-in', snapshot: signedOut() },
  { name: 'sign-in-narrow', snapshot: signedOut(), size: SMALL },
  {
    name: 'sign-in-long',
    snapshot: signedOut(
      { orgName: 'North Atlantic Trading and Shipping, Platform Engineering' },
      { backendAddress: `https://${long}` },
    ),
    size: SMALL,
  },
  {
    name: 'sign-in-trial',
    snapshot: signedOut({ orgName: 'Example Org' }, { backendAddress: 'http://127.0.0.1:4380' }),
  },
  {
    name: 'sign-in-other',
    snapshot: signedOut(),
    act: (page) => page.getByRole('button', { name: 'Use another organisation' }).click(),
  },
  {
    name: 'sign-in-ended',
    snapshot: signedOut({
      signIn: {
        state: 'signed-out',
        problem: { code: 'sign-in-expired', message: 'Your sign-in has ended. Sign in again.' },
      },
      connection: {
        state: 'offline',
        since: NOW - 6 * MINUTE,
        problem: { code: 'offline', message: 'The backend cannot be reached.' },
      },
    }),
  },
  {
    name: 'sign-in-browser',
    snapshot: signedOut({
      signIn: { state: 'signing-in', url: 'https://sallyport.example.com/auth/sign-in?state=3f9c1d&challenge=Zk1' },
    }),
  },
  {
    name: 'sign-in-managed',
    snapshot: signedOut({
      managed: { ...NOT_MANAGED, enforced: ['backendAddress'], source: '/etc/sallyport/policy.json' },
    }),
  },
  {
    name: 'sign-in-update',
    snapshot: signedOut({ update: { state: 'ready', version: '0.2.0', notes: '' } }),
  },
  { name: 'sign-in-unusable', snapshot: signedOut({ managed: unusable }) },
  {
    name: 'sign-in-unusable-narrow',
    snapshot: signedOut({ managed: unusable }),
    size: SMALL,
    answers: { 'diagnostics.copy': { ok: true, value: { lines: 214 } } },
    act: (page) => page.getByRole('button', { name: 'Copy diagnostics' }).click(),
  },
];
