import { MANAGED_SETTING_NAMES, type Managed } from '../../../protocol/ipc/managed.ts';
import type { Scene } from '../scene.ts';
import { erin } from '../world/org.ts';
import { grant, held, snapshot } from '../world/state.ts';
import { unusable } from './first-run.ts';
import { installed } from './settings.ts';

const managed: Managed = {
  enforced: MANAGED_SETTING_NAMES,
  terminals: ['built-in', 'gnome-terminal'],
  deepLinks: ['request', 'connect'],
  updateKeys: ['3f1c9a7d20b84e65'],
  unknown: ['enforced.idleSignOut'],
  source: '/etc/sallyport/policy.json',
  problem: null,
};
const locked = snapshot(
  erin,
  { managed, grants: [held(grant(1, 'billing-app'))] },
  {
    connectWith: 'native',
    nativeTerminal: 'gnome-terminal',
    sshConfig: true,
    startAtLogin: true,
    idleSignOutMinutes: 45,
  },
);
const limited = snapshot(erin, { managed: { ...managed, enforced: [] } }, { connectWith: 'native' });
const at = (group: 'general' | 'connecting' | 'updates' | 'about') => ({ page: 'settings', group }) as const;

export const managedScenes: Scene[] = [
  { name: 'managed', snapshot: locked, at: at('general'), answers: installed },
  { name: 'managed-narrow', snapshot: locked, at: at('general'), answers: installed, size: [360, 480] },
  { name: 'managed-connecting', snapshot: locked, at: at('connecting'), answers: installed },
  { name: 'managed-limited', snapshot: limited, at: at('connecting'), answers: installed },
  { name: 'managed-updates', snapshot: locked, at: at('updates'), answers: installed },
  { name: 'managed-about', snapshot: locked, at: at('about'), answers: installed },
  { name: 'managed-unusable', snapshot: snapshot(erin, { managed: unusable }), at: at('about'), answers: installed },
];
