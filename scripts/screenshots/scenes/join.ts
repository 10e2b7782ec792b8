import { NOT_MANAGED } from '../../../protocol/ipc/managed.ts';
import type { Scene } from '../scene.ts';
import { erin } from '../world/org.ts';
import { snapshot } from '../world/state.ts';
import { signedOut } from './first-run.ts';
import { working } from './frame.ts';

const fresh = signedOut({ orgName: '' }, { backendAddress: '' });
const SMALL = [360, 480] as const;
const to = (address: string) => ({ page: 'join', address }) as const;
const other = to('https://sallyport.north-atlantic.example');
const refused = {
  'connection.choose': {
    ok: false,
    error: {
      code: 'offline',
      message: 'sallyport.north-atlantic.example cannot be reached. Check the network or VPN.',
    },
  },
} as const;

export const joinScenes: Scene[] = [
  { name: 'join-first', snapshot: fresh, at: other },
  { name: 'join-first-narrow', snapshot: fresh, at: other, size: SMALL },
  { name: 'join-instead', snapshot: signedOut(), at: other },
  { name: 'join-leaves', snapshot: snapshot(erin), at: other },
  { name: 'join-cuts', snapshot: working, at: other },
  { name: 'join-cuts-narrow', snapshot: working, at: other, size: SMALL },
  { name: 'join-same', snapshot: working, at: to('https://sallyport.example.com') },
  { name: 'join-same-signed-out', snapshot: signedOut(), at: to('https://sallyport.example.com') },
  { name: 'join-here', snapshot: fresh, at: to('http://127.0.0.1:4380') },
  { name: 'join-look-alike', snapshot: fresh, at: to('https://sallyport.xn--xample-2of.com') },
  { name: 'join-unreadable', snapshot: fresh, at: to('https://xn--99999999.example') },
  {
    name: 'join-long',
    snapshot: fresh,
    at: to('https://sallyport.example.com.sign-in.session-8f3a91c27d.account-verification.attacker.example:8443'),
  },
  {
    name: 'join-long-narrow',
    snapshot: fresh,
    size: SMALL,
    at: to(`https://${'a'.repeat(63)}.${'b'.repeat(63)}.attacker.example`),
  },
  {
    name: 'join-nobody',
    snapshot: fresh,
    at: other,
    answers: refused,
    act: (page) => page.getByRole('button', { name: 'Use this organisation' }).click(),
  },
  {
    name: 'join-looking',
    snapshot: fresh,
    at: other,
    answers: { 'connection.choose': 'never' },
    act: (page) => page.getByRole('button', { name: 'Use this organisation' }).click(),
  },
  {
    name: 'join-managed',
    snapshot: signedOut({
      managed: { ...NOT_MANAGED, enforced: ['backendAddress'], source: '/etc/sallyport/policy.json' },
    }),
    at: other,
  },
];
