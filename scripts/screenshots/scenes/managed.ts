import { MANAGED_SETTING_NAMES, type Managed } from '../../../protocol/ipc/managed.ts';
import type { Answers } from '../fake-main.ts';
import type { Scene } from '../scene.ts';
import { erin } from '../world/org.ts';
import { grant, held, snapshot } from '../world/state.ts';
import { unusable } from './first-run.ts';

const managed: Managed = {
  enforced: MANAGED_SETTING_NAMES,
  terminals: ['built-in', 'gnome-terminal'],
  deepLinks: ['request', 'connect'],
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
const answers: Answers = {
  'native.list': {
    ok: true,
    value: {
      terminals: [
        { id: 'gnome-terminal', name: 'GNOME Terminal' },
        { id: 'kitty', name: 'kitty' },
      ],
    },
  },
};
const at = (group: 'general' | 'connecting' | 'updates' | 'about') => ({ page: 'settings', group }) as const;

export const managedScenes: Scene[] = [
  { name: 'managed', snapshot: locked, at: at('general'), answers },
  { name: 'managed-narrow', snapshot: locked, at: at('general'), answers, size: [360, 480] },
  { name: 'managed-connecting', snapshot: locked, at: at('connecting'), answers },
  { name: 'managed-limited', snapshot: limited, at: at('connecting'), answers },
  { name: 'managed-updates', snapshot: locked, at: at('updates'), answers },
  { name: 'managed-about', snapshot: locked, at: at('about'), answers },
  { name: 'managed-unusable', snapshot: snapshot(erin, { managed: unusable }), at: at('about') },
];
