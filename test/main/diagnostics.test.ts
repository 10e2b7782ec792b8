import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnosticsOf } from '../../main/diagnostics.ts';
import { fileLog, lastLines } from '../../main/log.ts';
import type { Change } from '../../main/state.ts';
import type { Managed } from '../../protocol/ipc/managed.ts';
import { DEFAULT_SETTINGS } from '../../protocol/ipc/settings.ts';
import { dana, ended, erin, grant, NOW, overview, request, signedIn, stateAfter } from './examples.ts';

const installation = {
  ...{ version: '1.2.3', platform: 'linux x64', versions: { electron: '33.2.1' } },
  installedFrom: 'deb package',
  own: ['eokafor', '/home/eokafor', 'laptop-17', 'root'],
};
const settings = {
  ...DEFAULT_SETTINGS,
  backendAddress: 'https://sallyport.secret-corp.example',
  favourites: ['payroll-db'],
  templates: [
    {
      name: 'Night shift',
      targets: ['payroll-db'],
      login: 'nightly',
      durationSeconds: 60,
      reason: 'rotate logs',
      endsWithSession: false,
    },
  ],
};
const state = stateAfter({ kind: 'settings', settings }, signedIn(erin), {
  kind: 'overview',
  overview: overview({
    org: { name: 'Secret Corp', version: '1' },
    requests: [request({ reason: 'customer Acme is down\nbadly', ticket: 'OPS-77' })],
    grants: [grant({ status: ended('revoked', 'leaked by accident') })],
    delegation: { mine: null, candidates: [{ id: 'per_zzzzzzzzzz', name: 'Zoë Nowak', email: 'zoe@example.com' }] },
  }),
  clockSkewMs: 42,
});
const line = (text: string, level = 'info') => `2026-11-21T06:00:00.000Z ${level} ${text}`;
const of = (text: string, level?: string, ...more: Change[]) =>
  diagnosticsOf(more.length > 0 ? stateAfter(...more) : state, installation, [line(text, level)], NOW)
    .split('\n')
    .at(-1)!
    .slice(line('').length);

describe('the diagnostics', () => {
  it('say what IT asks first', () => {
    const text = diagnosticsOf(state, installation, ['a', 'b'], NOW);
    for (const part of [
      /^Sallyport 1\.2\.3 on linux x64, 20\d\d-/,
      /"electron":"33\.2\.1"/,
      /installed from: deb package\n/,
      /signed in: signed-in, kept by memory/,
      /backend: chosen, idle/,
      /managed: no\n/,
      /clock: 42 ms to be added/,
      /"requests":1/,
      /"favourites":1/,
      /"theme":"system"/,
      /last 2 lines of the log:\na\nb$/,
    ]) {
      expect(text).toMatch(part);
    }
  });

  it('say who manages this computer and what is enforced, and never which account it is', () => {
    const managed: Managed = {
      ...{
        enforced: ['backendAddress', 'updates'],
        terminals: ['kitty'],
        deepLinks: null,
        updateKeys: null,
        problem: null,
      },
      unknown: [],
      source: '/Library/Managed Preferences/eokafor/dev.sallyport.app.plist',
    };
    const text = (more: Partial<Managed>) =>
      diagnosticsOf(stateAfter({ kind: 'managed', managed: { ...managed, ...more } }), installation, [], NOW);
    const by = 'managed: by /Library/Managed Preferences/[own]/dev.sallyport.app.plist, enforced:';
    expect(text({})).toContain(`${by} backendAddress, updates, terminals\n`);
    const problem = { code: 'policy-invalid', message: 'It cannot be read.' } as const;
    const none = { enforced: [], terminals: null, problem } as const;
    expect(text({ ...none, enforced: [] })).toContain(`${by} nothing, not used: It cannot be read.\n`);
  });

  it.each([
    'Erin',
    'erin@example.com',
    'payroll-db',
    'db-1',
    'Acme',
    'OPS-77',
    'secret-corp',
    'Secret Corp',
    'Night shift',
    'nightly',
    'rotate logs',
    'leaked',
    'Zoë',
    'eokafor',
    'laptop-17',
    'deploy',
  ])('do not name %s, whatever the log says', (secret) => {
    const log = [
      line('started {"user":"eokafor","host":"laptop-17","home":"/home/eokafor/x"}'),
      line('asked for payroll-db and deploy@db-1 because customer Acme is down\\nbadly OPS-77', 'warn'),
      line(
        'a terminal failed (AppError: Night shift, nightly, rotate logs; leaked by accident; Zoë Nowak, Erin)',
        'warn',
      ),
      line('erin@example.com at https://sallyport.secret-corp.example of Secret Corp', 'warn'),
    ];
    expect(diagnosticsOf(state, installation, log, NOW)).not.toContain(secret);
  });

  it.each<[string, string, string?]>([
    ['a token: eyJhbGciOi.eyJzdWIi.c2ln', 'a token: [token]'],
    ['authorization: Bearer abc.def', 'authorization: Bearer [redacted]'],
    ['by ana@elsewhere.example, unknown here', 'by [account 1], unknown here'],
    ['by ana@a.example, bo@a.example, ana@a.example', 'by [account 1], [account 2], [account 1]'],
    ['10.1.2.3 and 10.1.2.4 and 10.1.2.3:22', '[host 1] and [host 2] and [host 1]:22'],
    ['at https://vault.corp.internal:8443/x', 'at https://[host 1]:8443/x'],
    ['listens on fe80::1ff:fe23:4567:890a', 'listens on [host 1]'],
    ['at main/app.ts:12 and sallyport.log', 'at main/app.ts:12 and sallyport.log'],
    ['settings.change was refused', 'settings.change was refused', 'warn'],
    ['There is no target "old-box".', 'There is no target "[…]".', 'warn'],
    ['gra_0000000001 ended after 12.5 s at 06:00:01', 'gra_0000000001 ended after 12.5 s at 06:00:01'],
    ['ROOT and root stay', 'ROOT and root stay'],
    ['Erin, ERIN and erin are one', '[person 1], [person 1] and [person 1] are one'],
    ['Erinyes and db-10 are others', 'Erinyes and db-10 are others'],
  ])('%s → %s', (text, expected, level) => {
    const changes = [
      signedIn(erin),
      { kind: 'overview', overview: overview({ requests: [request()] }), clockSkewMs: 0 },
    ] as const;
    const clean = of(text, level, ...changes).replace(/\[person \d+\]/g, '[person 1]');
    expect(clean).toBe(expected);
  });

  it('number somebody the same in every line', () => {
    const text = diagnosticsOf(stateAfter(signedIn(dana)), installation, [line('Dana'), line('x Dana y')], NOW);
    const [first, second] = [...text.matchAll(/\[person (\d+)\]/g)].map((match) => match[1]);
    expect(first).toBeDefined();
    expect(second).toBe(first);
  });

  it('are to be had from an app that knows nothing yet', () => {
    expect(diagnosticsOf(stateAfter(), installation, [], NOW)).toContain('backend: none chosen, idle');
  });
});

it('the diagnostics know a name in the log that the log had to write in another way', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-log-'));
  const log = fileLog(folder, false, () => NOW);
  const name = 'line one\nAcme\u200d\u001b[2J is down';
  log.info(`asked: ${name}`);
  const lines = lastLines(folder, 1);
  rmSync(folder, { recursive: true });
  const known = stateAfter(signedIn(erin), {
    kind: 'overview',
    overview: overview({ requests: [request({ reason: name })] }),
    clockSkewMs: 0,
  });
  const text = diagnosticsOf(known, installation, lines, NOW);
  expect(text).toMatch(/asked: \[reason \d+\]$/);
  expect(text).not.toContain('Acme');
});

describe('the last lines of the log', () => {
  it('go on in the file before, and are none where there is no file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-log-'));
    expect(lastLines(folder, 5)).toEqual([]);
    const log = fileLog(folder, false, () => NOW);
    log.info('three');
    log.info('four');
    writeFileSync(join(folder, 'sallyport.log.1'), 'one\ntwo\n');
    expect(lastLines(folder, 3).map((l) => l.split(' ').at(-1))).toEqual(['two', 'three', 'four']);
    expect(lastLines(folder, 1)).toHaveLength(1);
    expect(lastLines(folder, 99)).toHaveLength(4);
    rmSync(folder, { recursive: true });
  });
});
