import type { Snapshot, Update } from '../../../protocol/ipc/snapshot.ts';
import type { Scene } from '../scene.ts';
import { MINUTE, NOW } from '../world/moments.ts';
import { erin } from '../world/org.ts';
import { snapshot } from '../world/state.ts';
import { working } from './frame.ts';

const notes = [
  'Sessions open faster after a computer wakes.',
  '',
  '- The inbox keeps its place while requests come in.',
  '- A copied ssh command ends without a line break.',
  '- Recordings that were cut by a full disk are marked as such.',
  '- German and French names of groups sort as they should.',
  '',
  'Thanks to everybody who wrote to us.',
].join('\n');
const at = { page: 'settings', group: 'updates' } as const;
const SMALL = [360, 480] as const;
const how = 'Your package manager installs it: sudo apt update && sudo apt upgrade sallyport';
const withUpdate = (update: Update, over: Partial<Snapshot> = {}) => snapshot(erin, { update, ...over });
const ready: Update = { state: 'ready', version: '0.2.0', notes };

export const updateScenes: Scene[] = [
  { name: 'updates-never', snapshot: withUpdate({ state: 'current', checkedAt: null }), at },
  { name: 'updates-current', snapshot: withUpdate({ state: 'current', checkedAt: NOW - 12 * MINUTE }), at },
  {
    name: 'updates-off',
    snapshot: snapshot(
      erin,
      { update: { state: 'off', why: 'Updates are switched off in the settings.' } },
      { updates: 'off' },
    ),
    at,
  },
  { name: 'updates-checking', snapshot: withUpdate({ state: 'checking' }), at },
  {
    name: 'updates-available',
    snapshot: withUpdate({ state: 'available', version: '0.2.0', notes, how, installable: false }),
    at,
  },
  {
    name: 'updates-available-narrow',
    snapshot: withUpdate({ state: 'available', version: '0.2.0', notes, how, installable: false }),
    at,
    size: SMALL,
  },
  {
    name: 'updates-installable',
    snapshot: snapshot(
      erin,
      {
        update: {
          state: 'available',
          version: '0.2.0',
          notes: '',
          how: 'Sallyport installs it when you say so.',
          installable: true,
        },
      },
      { updates: 'notify', updateChannel: 'beta' },
    ),
    at,
  },
  { name: 'updates-downloading', snapshot: withUpdate({ state: 'downloading', version: '0.2.0', percent: 42 }), at },
  { name: 'updates-ready', snapshot: withUpdate(ready), at },
  { name: 'updates-ready-narrow', snapshot: withUpdate(ready), at, size: SMALL },
  { name: 'updates-ready-working', snapshot: { ...working, update: ready }, at },
  {
    name: 'updates-failed',
    snapshot: withUpdate({
      state: 'failed',
      version: '0.2.0',
      problem: {
        code: 'unavailable',
        message: 'What was downloaded is not what was signed, so it was thrown away. Try again; if it stays, tell IT.',
      },
    }),
    at,
  },
  {
    name: 'updates-failed-early',
    snapshot: withUpdate({
      state: 'failed',
      version: null,
      problem: {
        code: 'offline',
        message: 'sallyport.example.com cannot be reached. Check the network or VPN.',
      },
    }),
    at,
  },
  { name: 'update-line', snapshot: { ...working, update: ready } },
  {
    name: 'update-line-narrow',
    snapshot: { ...working, update: { ...ready, version: '10.20.30-nightly.20261120' } },
    size: SMALL,
  },
  {
    name: 'update-line-failed',
    snapshot: { ...working, update: ready },
    answers: {
      'updates.install': {
        ok: false,
        error: { code: 'internal', message: 'The new version could not be put in place: the disk is full.' },
      },
    },
    act: (page) => page.getByRole('button', { name: 'Restart' }).click(),
  },
];
