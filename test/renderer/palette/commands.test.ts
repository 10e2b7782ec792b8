import { describe, expect, test } from 'vitest';
import { destinationSchema } from '../../../protocol/ipc/bridge.ts';
import { commands as ipcCommands } from '../../../protocol/ipc/commands.ts';
import { NOT_MANAGED } from '../../../protocol/ipc/managed.ts';
import { DEFAULT_SETTINGS } from '../../../protocol/ipc/settings.ts';
import type { Snapshot } from '../../../protocol/ipc/snapshot.ts';
import { commandsOf } from '../../../renderer/palette/commands.ts';
import { opensPalette } from '../../../renderer/palette/opens-palette.ts';
import { entry, grant, MINUTE, NOON, option, person, request, snapshot } from '../examples.ts';

const backendAddress = 'https://sallyport.example.com';
const settings = (over: Partial<Snapshot['settings']>) => ({ ...DEFAULT_SETTINGS, backendAddress, ...over });
const held = (over: Partial<ReturnType<typeof grant>> = {}) => ({
  grant: { ...grant(NOON - MINUTE, NOON + 20 * MINUTE), ...over },
  key: 'held' as const,
  problem: null,
});
const dana = person('Dana', { groups: ['dba'], duties: ['requester', 'approver'] });
const asDana = { signIn: { state: 'signed-in', person: dana, keptBy: 'keychain' } } as const;
const template = {
  name: 'Nightly',
  targets: ['db-1'],
  login: 'readonly',
  durationSeconds: 1800,
  reason: '',
  endsWithSession: false,
};

/** A person with something of everything. */
const full = snapshot({
  update: { state: 'ready', version: '2.0.0', notes: '' },
  ...asDana,
  grants: [held({ extension: { maxSeconds: 3600, left: 1 } })],
  inbox: [request()],
  access: [entry('db-1'), entry('web-1', [option({ logins: ['deploy'] })])],
  settings: settings({ favourites: ['db-1', 'gone-1'], templates: [template], sshConfig: true }),
  terminals: [
    {
      id: 'term-1',
      beside: null,
      grantId: 'gra_000000000001',
      title: 'readonly@db-1',
      endsAt: NOON,
      status: { state: 'open' },
    },
  ],
});
const ids = (of: Snapshot) => commandsOf(of, NOON, 'popover').map((command) => command.id);

describe('what can be done', () => {
  test.each([
    [
      'a live grant is connected, extended, released',
      full,
      ['connect', 'extend', 'release'].map((a) => `${a} readonly@db-1`),
      true,
    ],
    ['its ssh command is copied', full, ['ssh readonly@db-1'], true],
    ['what waits is decided', full, ['decide req_000000000001'], true],
    [
      'favourites, templates and other targets are asked for',
      full,
      ['ask db-1', 'template Nightly', 'ask web-1'],
      true,
    ],
    ['there are terminals to show', full, ['terminals'], true],
    ['not a favourite that may not be asked for', full, ['ask gone-1'], false],
    ['no terminals to show without one', snapshot(), ['terminals'], false],
    ['no extension where policy has none', snapshot({ grants: [held()] }), ['extend readonly@db-1'], false],
    ['no ssh command without the configuration', snapshot({ grants: [held()] }), ['ssh readonly@db-1'], false],
    [
      'nothing with access that is over',
      snapshot({ grants: [held({ endsAt: NOON })] }),
      ['connect readonly@db-1'],
      false,
    ],
    [
      'nothing with access that is to come',
      snapshot({ grants: [held({ status: { state: 'scheduled' } })] }),
      ['connect readonly@db-1'],
      false,
    ],
    ['no inbox for who never decides', snapshot(), ['page inbox'], false],
    ['an inbox for an approver', snapshot(asDana), ['page inbox'], true],
    [
      'not my own request',
      snapshot({ ...asDana, inbox: [request({ requester: dana })] }),
      ['decide req_000000000001'],
      false,
    ],
    ['not the theme that is', snapshot(), ['theme system'], false],
  ] as const)('%s', (_name, of, wanted, offered) => {
    expect(wanted.every((id) => ids(of).includes(id))).toBe(offered);
  });

  test.each([
    ['no own terminal where only ours is allowed', ['built-in'], 'built-in', []],
    ['ours not where only own ones are allowed', ['xterm'], 'native', []],
    ['ours where both are', ['xterm', 'built-in'], 'native', ['built-in readonly@db-1']],
  ] as const)('%s', (_name, terminals, connectWith, ways) => {
    const managed = { ...NOT_MANAGED, terminals: [...terminals] };
    const found = ids(snapshot({ grants: [held()], managed, settings: settings({ connectWith }) }));
    expect(found.filter((id) => /^(native|built-in) /.test(id))).toEqual(ways);
  });

  test.each([
    ['a version that is ready', { state: 'ready', version: '2.0.0', notes: '' }, true],
    ['not one that is only there', { state: 'downloading', version: '2.0.0', percent: 1 }, false],
    ['not while there is none', { state: 'current', checkedAt: NOON }, false],
  ] as const)('restarting is offered for %s', (_name, update, offered) => {
    expect(ids(snapshot({ update })).includes('update')).toBe(offered);
  });

  test('no terminals to show where they are', () => {
    expect(commandsOf(full, NOON, 'terminal').map((command) => command.id)).not.toContain('terminals');
  });

  test('each has an id of its own', () => {
    expect(new Set(ids(full)).size).toBe(ids(full).length);
  });

  test.each([
    ['while it is quiet, it is turned off', NOON + 1, ['quiet off']],
    ['when it is over, it is turned on', NOON, ['quiet hour', 'quiet night']],
  ])('do not disturb: %s', (_name, doNotDisturbUntil, offered) => {
    const found = ids(snapshot({ settings: settings({ doNotDisturbUntil }) })).filter((id) => id.startsWith('quiet'));
    expect(found).toEqual(offered);
  });

  test.each([
    ['built-in', 'native readonly@db-1'],
    ['native', 'built-in readonly@db-1'],
  ] as const)('who connects with %s is offered the other way', (connectWith, other) => {
    const found = ids(snapshot({ grants: [held()], settings: settings({ connectWith }) }));
    expect(found.filter((id) => /^(native|built-in) /.test(id))).toEqual([other]);
  });
});

describe('while signed out', () => {
  const signedOut = { state: 'signed-out', problem: null } as const;
  const unusable = { ...NOT_MANAGED, problem: { code: 'policy-invalid' as const, message: 'It cannot be read.' } };
  test.each([
    ['one signs in', snapshot({ signIn: signedOut }), true],
    ['not before a backend is chosen', snapshot({ signIn: signedOut, settings: DEFAULT_SETTINGS }), false],
    ['not twice', snapshot({ signIn: { state: 'signing-in', url: 'https://x' } }), false],
    ['not while nobody knows what the organisation has set', snapshot({ signIn: signedOut, managed: unusable }), false],
  ])('%s', (_name, of, offered) => {
    expect(ids(of).includes('sign-in')).toBe(offered);
  });

  test('nothing of the person’s is offered', () => {
    const found = ids({ ...full, signIn: signedOut });
    expect(found.filter((id) => /^(connect|extend|release|decide|ask|template|page|sign-out)/.test(id))).toEqual([]);
  });
});

describe('what Enter does', () => {
  const all = [
    ...commandsOf(full, NOON, 'popover'),
    ...commandsOf(snapshot({ signIn: { state: 'signed-out', problem: null } }), NOON, 'popover'),
  ];

  test('is nothing that takes something away: those lead to a question', () => {
    const sent = new Set(all.flatMap(({ act }) => (act.kind === 'send' ? [act.name] : [])));
    for (const name of [
      'grants.release',
      'grants.revoke',
      'signIn.end',
      'requests.decide',
      'requests.create',
      'requests.cancel',
      'updates.install',
      'connection.choose',
    ])
      expect([...sent]).not.toContain(name);
    const shown = (id: string) => all.find((command) => command.id === id)?.act;
    expect(shown('release readonly@db-1')).toMatchObject({ kind: 'show', destination: { page: 'release' } });
    expect(shown('update')).toMatchObject({ kind: 'show', destination: { page: 'settings', group: 'updates' } });
    expect(shown('quit')).toMatchObject({ kind: 'show', destination: { page: 'quit' } });
    expect(shown('sign-out')).toMatchObject({ kind: 'show', destination: { page: 'settings', leaving: true } });
  });

  test('is something main takes', () => {
    for (const { id, act } of all) {
      if (act.kind === 'send') expect(ipcCommands[act.name].input.safeParse(act.input).success, id).toBe(true);
      if (act.kind === 'show') expect(destinationSchema.safeParse(act.destination).success, id).toBe(true);
    }
  });
});

describe('the key that opens the palette', () => {
  const press = (text: string) => {
    const [key = '', code = '', ...held] = text.split(' ');
    return {
      key,
      code,
      ctrlKey: held.includes('ctrl'),
      shiftKey: held.includes('shift'),
      altKey: held.includes('alt'),
      metaKey: held.includes('meta'),
    };
  };
  test.each([
    ['k KeyK ctrl', 'popover', 'linux', true],
    ['k KeyK ctrl', 'popover', 'win32', true],
    ['k KeyK meta', 'popover', 'darwin', true],
    ['л KeyK ctrl', 'popover', 'linux', true],
    // A layout with the letter elsewhere, as Dvorak.
    ['k KeyV ctrl', 'popover', 'linux', true],
    ['t KeyK ctrl', 'popover', 'linux', false],
    ['k KeyK', 'popover', 'linux', false],
    ['k KeyK meta', 'popover', 'linux', false],
    ['k KeyK ctrl', 'popover', 'darwin', false],
    ['k KeyK ctrl alt', 'popover', 'linux', false],
    ['K KeyK ctrl shift', 'popover', 'linux', false],
    // The shell cuts a line with it.
    ['k KeyK ctrl', 'terminal', 'linux', false],
    ['K KeyK ctrl shift', 'terminal', 'linux', true],
    ['k KeyK meta', 'terminal', 'darwin', true],
  ] as const)('%s in the %s on %s: %s', (text, window, platform, opens) => {
    expect(opensPalette(press(text), window, platform)).toBe(opens);
  });
});
