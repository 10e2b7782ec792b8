import { afterEach, describe, expect, it } from 'vitest';
import type { Reading } from '../../../main/managed/policy-source.ts';
import type { CommandName } from '../../../protocol/ipc/commands.ts';
import { NOT_MANAGED } from '../../../protocol/ipc/managed.ts';
import type { Settings } from '../../../protocol/ipc/settings.ts';
import { grant, overview, signedIn } from '../examples.ts';
import { ManagedComputer, OURS, readingOf, SOURCE, THEIRS } from './managed-computer.ts';

let computer: ManagedComputer | undefined;
afterEach(() => {
  computer?.dispose();
  computer = undefined;
});

function start(...given: ConstructorParameters<typeof ManagedComputer>): ManagedComputer {
  computer = new ManagedComputer(...given);
  return computer;
}

const live = grant({ startsAt: Date.now(), endsAt: Date.now() + 600_000 });
/** Somebody is signed in and has access. */
function withAccess(here: ManagedComputer): ManagedComputer {
  here.services.store.apply(signedIn());
  here.services.store.apply({
    kind: 'overview',
    overview: overview({ grants: [live], now: Date.now() }),
    clockSkewMs: 0,
  });
  return here;
}

const EVERYTHING = {
  backendAddress: OURS,
  updates: 'off',
  updateChannel: 'stable',
  startAtLogin: true,
  connectWith: 'built-in',
  nativeTerminal: 'kitty',
  sshConfig: false,
  idleSignOutMinutes: 15,
  notifications: true,
};

describe('on a computer that nobody manages', () => {
  it('everything is the person’s', async () => {
    const here = start({ chosen: { backendAddress: THEIRS } });
    expect(here.state.managed).toEqual(NOT_MANAGED);
    expect(await here.command('settings.change', { updates: 'off', idleSignOutMinutes: 5 })).toMatchObject({
      ok: true,
    });
    expect(await here.command('connection.choose', { address: OURS })).toEqual({ ok: true, value: { orgName: OURS } });
    expect(here.chosen).toEqual({ backendAddress: OURS, updates: 'off', idleSignOutMinutes: 5 });
  });

  it('nothing is written down that was not chosen', async () => {
    const here = start({});
    await here.command('settings.change', { theme: 'dark' });
    expect(here.chosen).toEqual({ theme: 'dark' });
  });

  it('the backend of this run is not written down with another choice, and goes when another is chosen', async () => {
    const here = start({ chosen: { backendAddress: THEIRS }, backend: 'https://run.example.com' });
    await here.command('settings.change', { theme: 'dark' });
    expect([here.state.settings.backendAddress, here.chosen.backendAddress]).toEqual([
      'https://run.example.com',
      THEIRS,
    ]);
    await here.command('connection.choose', { address: OURS });
    expect([here.state.settings.backendAddress, here.chosen.backendAddress]).toEqual([OURS, OURS]);
  });
});

describe('what is enforced', () => {
  it('holds, is said, and is not written down as the person’s choice', () => {
    const chosen = { backendAddress: THEIRS, updates: 'install', sshConfig: true } as const;
    const here = start({ policy: { enforced: { ...EVERYTHING, deepLinks: ['request'] } }, chosen });
    expect(here.state.settings).toMatchObject(EVERYTHING);
    expect(here.state.managed).toEqual({
      enforced: Object.keys(EVERYTHING),
      terminals: null,
      deepLinks: ['request'],
      updateKeys: null,
      unknown: [],
      source: SOURCE,
      problem: null,
    });
    expect(here.chosen).toEqual(chosen);
    expect(here.log.join()).toContain('this computer is managed');
  });

  it('is not got past by the command line', () => {
    const here = start({ policy: { enforced: { backendAddress: OURS } }, backend: THEIRS });
    expect(here.state.settings.backendAddress).toBe(OURS);
  });

  it('is where a sign-in goes', async () => {
    const here = start({
      policy: { enforced: { backendAddress: OURS } },
      chosen: { backendAddress: THEIRS },
      backend: THEIRS,
    });
    expect(await here.command('signIn.start', {})).toMatchObject({ ok: true });
    expect(here.opened).toEqual([OURS]);
  });

  it.each<[CommandName, object, string]>([
    ...Object.entries({ ...EVERYTHING, updates: 'install', updateChannel: 'beta', connectWith: 'native' })
      .filter(([name]) => name !== 'backendAddress' && name !== 'sshConfig')
      .map(([name, value]) => ['settings.change', { [name]: value }, name] as [CommandName, object, string]),
    ['settings.change', { theme: 'dark', updates: 'install' }, 'updates'],
    ['sshConfig.change', { enabled: true }, 'sshConfig'],
    ['sshConfig.change', { enabled: false }, 'sshConfig'],
    ['connection.choose', { address: THEIRS }, 'backendAddress'],
    ['connection.choose', { address: OURS }, 'backendAddress'],
  ])('is not changed by %s %j', async (name, input, field) => {
    const here = start({ policy: { enforced: EVERYTHING } });
    const before = here.state.settings;
    const message = 'Your organisation has set this.';
    expect(await here.command(name, input)).toEqual({ ok: false, error: { code: 'not-allowed', message, field } });
    expect([here.state.settings, here.chosen, here.calls]).toEqual([before, {}, []]);
    expect(here.applySettings).not.toHaveBeenCalled();
    expect(here.sshConfig).toBe('');
  });

  it('while a backend is being asked is not got past by its answer', async () => {
    const here = start({});
    here.onCall = () => here.say({ enforced: { backendAddress: OURS } });
    expect(await here.command('connection.choose', { address: THEIRS })).toMatchObject({
      ok: false,
      error: { code: 'not-allowed' },
    });
    expect([here.state.settings.backendAddress, here.chosen]).toEqual([OURS, {}]);
  });

  it('leaves the rest to the person', async () => {
    const here = start({ policy: { enforced: { updates: 'off' } } });
    expect(await here.command('settings.change', { updateChannel: 'beta' })).toMatchObject({ ok: true });
    expect(here.chosen).toEqual({ updateChannel: 'beta' });
  });
});

describe('what is preset', () => {
  it('holds until the person chooses, and again follows the organisation while they have not', async () => {
    const here = start({ policy: { defaults: { updates: 'notify', idleSignOutMinutes: 30 } } });
    expect(here.state.settings).toMatchObject({ updates: 'notify', idleSignOutMinutes: 30 });
    await here.command('settings.change', { updates: 'install' });
    here.say({ defaults: { updates: 'off', idleSignOutMinutes: 60 } });
    expect(here.state.settings).toMatchObject({ updates: 'install', idleSignOutMinutes: 60 });
    expect(here.state.managed.enforced).toEqual([]);
  });

  it('is a backend where none was chosen, and no lock', async () => {
    const here = start({ policy: { defaults: { backendAddress: OURS } }, chosen: { backendAddress: '' } });
    expect(here.state.settings.backendAddress).toBe(OURS);
    expect(await here.command('connection.choose', { address: THEIRS })).toMatchObject({ ok: true });
    expect(here.state.settings.backendAddress).toBe(THEIRS);
  });
});

describe('settings that cannot be used', () => {
  it('let nobody sign in or choose a backend, and say why', async () => {
    const here = start({ policy: 'broken', chosen: { backendAddress: THEIRS }, backend: THEIRS });
    const problem = { code: 'policy-invalid', message: expect.stringContaining(SOURCE) };
    expect(here.state.managed).toMatchObject({ source: SOURCE, problem });
    expect(await here.command('signIn.start', {})).toMatchObject({ ok: false, error: problem });
    expect(await here.command('connection.choose', { address: OURS })).toMatchObject({ ok: false, error: problem });
    expect([here.calls, here.opened, here.chosen]).toEqual([[], [], { backendAddress: THEIRS }]);
  });

  it('keep what was signed in at rest, and take it up when they are mended', async () => {
    const here = start({ policy: 'broken', chosen: { backendAddress: OURS }, kept: OURS });
    await here.services.signIn.restore();
    expect([here.state.signIn.state, here.keptSignIn, here.unsealed]).toEqual(['signed-out', true, 0]);
    here.say({ enforced: { backendAddress: OURS } });
    await expect.poll(() => here.state.signIn.state).toBe('signed-in');
    expect(here.state.managed.problem).toBeNull();
  });

  it('lift no lock that held before, cut nobody off, and let nobody else in', async () => {
    const here = start({ policy: { enforced: { backendAddress: OURS, updates: 'off' } }, kept: OURS });
    await here.services.signIn.restore();
    here.say('broken');
    expect(here.state.settings).toMatchObject({ backendAddress: OURS, updates: 'off' });
    expect(here.state.managed).toMatchObject({
      enforced: ['backendAddress', 'updates'],
      problem: { code: 'policy-invalid' },
    });
    expect(here.state.signIn.state).toBe('signed-in');
    expect(await here.command('settings.change', { updates: 'install' })).toMatchObject({ ok: false });
    here.services.signIn.end();
    expect(await here.command('signIn.start', {})).toMatchObject({ ok: false, error: { code: 'policy-invalid' } });
  });

  it('end a sign-in that has only begun', async () => {
    const here = start({ chosen: { backendAddress: OURS } });
    await here.command('signIn.start', {});
    expect(here.state.signIn.state).toBe('signing-in');
    here.say('broken');
    expect(here.state.signIn.state).toBe('signed-out');
  });

  it('are over when IT takes them away', async () => {
    const here = start({ policy: 'broken', chosen: { backendAddress: OURS } });
    here.say('absent');
    expect(here.state.managed).toEqual(NOT_MANAGED);
    expect(await here.command('signIn.start', {})).toMatchObject({ ok: true });
  });
});

describe('when the organisation says something else', () => {
  it.each<[string, object, object]>([
    ['another backend', { enforced: { backendAddress: OURS } }, { enforced: { backendAddress: THEIRS } }],
    ['a backend where there was a choice', {}, { enforced: { backendAddress: THEIRS } }],
    ['another preset backend', { defaults: { backendAddress: OURS } }, { defaults: { backendAddress: THEIRS } }],
  ])('%s signs out of the one before, and takes its access away', async (_name, before, after) => {
    const here = start({
      policy: before,
      kept: OURS,
      ...('enforced' in before || 'defaults' in before ? {} : { chosen: { backendAddress: OURS } }),
    });
    await here.services.signIn.restore();
    withAccess(here);
    expect(here.state.grants.size).toBe(1);
    here.say(after);
    expect([here.state.signIn.state, here.state.grants.size]).toEqual(['signed-out', 0]);
    expect(here.state.settings.backendAddress).toBe(THEIRS);
    // The one before is told; the new one hears of nothing.
    await expect.poll(() => here.calls.length).toBeGreaterThan(0);
    expect(here.calls.filter((url) => url.startsWith(THEIRS))).toEqual([]);
    await expect.poll(() => here.keptSignIn).toBe(false);
  });

  it('the same backend keeps everybody signed in', async () => {
    const here = start({ kept: OURS, chosen: { backendAddress: OURS } });
    await here.services.signIn.restore();
    here.say({ enforced: { backendAddress: OURS, updates: 'off' } });
    expect(here.state.signIn.state).toBe('signed-in');
  });

  it('about the start at login, that is done, and undone', () => {
    const here = start({});
    here.say({ enforced: { startAtLogin: true } });
    here.say({});
    expect(here.applySettings.mock.calls).toEqual([[{ startAtLogin: true }], [{ startAtLogin: false }]]);
  });

  it('and nothing new, nothing is said or written', () => {
    const here = start({ policy: { enforced: { updates: 'off' } } });
    const { revision } = here.services.store;
    const lines = here.log.length;
    here.say({ enforced: { updates: 'off' } });
    expect([here.services.store.revision, here.log.length]).toEqual([revision, lines]);
  });
});

describe('the ssh configuration of a managed computer', () => {
  const includes = (here: ManagedComputer) => here.sshConfig.includes('Include');

  it('is what the organisation says, from the start', async () => {
    const here = start({ policy: { enforced: { sshConfig: true } } });
    await expect.poll(() => includes(here)).toBe(true);
    expect([here.state.settings.sshConfig, here.chosen]).toEqual([true, {}]);
  });

  it('goes when the organisation says so, and comes back with the person’s own choice', async () => {
    const here = start({});
    await here.command('sshConfig.change', { enabled: true });
    expect(includes(here)).toBe(true);
    here.say({ enforced: { sshConfig: false } });
    await expect.poll(() => includes(here)).toBe(false);
    here.say('absent');
    await expect.poll(() => includes(here)).toBe(true);
  });

  it('is a preset, too, until the person says otherwise', async () => {
    const here = start({ policy: { defaults: { sshConfig: true } } });
    await expect.poll(() => includes(here)).toBe(true);
    expect(await here.command('sshConfig.change', { enabled: false })).toMatchObject({ ok: true });
    expect([includes(here), here.chosen]).toEqual([false, { sshConfig: false }]);
    here.say({ defaults: { sshConfig: true, updates: 'off' } });
    expect(here.state.settings).toMatchObject({ sshConfig: false, updates: 'off' });
  });
});

describe('the terminals of a managed computer', () => {
  const NATIVE = { enforced: { terminals: ['no-such-terminal'] } };
  it.each<[string, object, CommandName, object, Partial<Settings>]>([
    ['built-in', NATIVE, 'terminal.open', { grantId: live.id, beside: null, replaces: null }, {}],
    ['built-in, by Connect', NATIVE, 'grants.connect', { id: live.id }, { connectWith: 'built-in' }],
    [
      'native, by name',
      { enforced: { terminals: ['built-in'] } },
      'native.open',
      { grantId: live.id },
      { nativeTerminal: 'xterm' },
    ],
    ['native, the desktop’s own', { enforced: { terminals: ['built-in'] } }, 'native.open', { grantId: live.id }, {}],
    ['native, another one', NATIVE, 'native.open', { grantId: live.id }, { nativeTerminal: 'xterm' }],
  ])('are those that are allowed: not %s', async (_name, policy, command, input, chosen) => {
    const here = withAccess(start({ policy, chosen }));
    expect(await here.command(command, input)).toMatchObject({
      ok: false,
      error: {
        code: 'not-allowed',
        message: expect.stringMatching(/^Your organisation lets you connect in these alone/),
      },
    });
    expect(here.state.terminals).toEqual([]);
  });

  it('are listed only where they are allowed, and no other one can be chosen', async () => {
    const here = start({ policy: { enforced: { terminals: ['built-in', 'no-such-terminal'] } } });
    expect(await here.command('native.list', {})).toEqual({ ok: true, value: { terminals: [] } });
    expect(await here.command('settings.change', { nativeTerminal: 'xterm' })).toMatchObject({
      ok: false,
      error: { code: 'not-allowed', field: 'nativeTerminal' },
    });
    expect(await here.command('settings.change', { nativeTerminal: '' })).toMatchObject({ ok: true });
  });
});

describe('where reading takes a while', () => {
  const slowly = () => {
    let tell = (_reading: Reading): void => undefined;
    const reading = new Promise<Reading>((resolve) => {
      tell = resolve;
    });
    return { reading, tell: (document: object | 'broken') => tell(readingOf(document)) };
  };

  it('nobody signs in before it is known where', async () => {
    const { reading, tell } = slowly();
    const here = start({ chosen: { backendAddress: THEIRS } }, reading);
    const signingIn = here.command('signIn.start', {});
    const choosing = here.command('connection.choose', { address: THEIRS });
    expect(here.state.signIn.state).toBe('signed-out');
    tell({ enforced: { backendAddress: OURS } });
    expect([(await signingIn).ok, (await choosing).ok]).toEqual([true, false]);
    expect(here.opened).toEqual([OURS]);
  });

  it('what was kept waits for it, and is not used where the organisation says another backend', async () => {
    const { reading, tell } = slowly();
    const here = start({ chosen: { backendAddress: THEIRS }, kept: THEIRS }, reading);
    const restoring = here.services.signIn.restore();
    tell({ enforced: { backendAddress: OURS } });
    await restoring;
    expect([here.state.signIn.state, here.state.settings.backendAddress]).toEqual(['signed-out', OURS]);
  });

  it('nobody signs in when it turns out that it cannot be used', async () => {
    const { reading, tell } = slowly();
    const here = start({ chosen: { backendAddress: THEIRS } }, reading);
    const signingIn = here.command('signIn.start', {});
    tell('broken');
    expect(await signingIn).toMatchObject({ ok: false, error: { code: 'policy-invalid' } });
  });
});
