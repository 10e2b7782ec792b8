// What each fact leads to. The facts are made up here; test/interop/backend has the real ones.
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Answer } from '../../../backend/doctor/ask.ts';
import { endsSoon } from '../../../backend/doctor/certificate.ts';
import { judgeClock } from '../../../backend/doctor/clock.ts';
import { judgeConfiguration } from '../../../backend/doctor/configuration.ts';
import { judgeDataFolder } from '../../../backend/doctor/data-folder.ts';
import { judgeEmbedded, judgeUnasked } from '../../../backend/doctor/embedded-database.ts';
import { type FileFacts, mayRead } from '../../../backend/doctor/file-facts.ts';
import type { Finding } from '../../../backend/doctor/finding.ts';
import { judgeGatewayAddress } from '../../../backend/doctor/gateway-address.ts';
import { judgeKeys, type KeyFacts } from '../../../backend/doctor/keys.ts';
import { judgePolicy } from '../../../backend/doctor/policy.ts';
import { judgePorts } from '../../../backend/doctor/ports.ts';
import { judgePublicAddress } from '../../../backend/doctor/public-address.ts';
import { judgeRunning, type Running } from '../../../backend/doctor/running-backend.ts';
import { judgeUser } from '../../../backend/doctor/running-user.ts';
import { judgeTargets } from '../../../backend/doctor/targets.ts';
import { parsePolicy } from '../../../backend/policy/parse.ts';
import { ed25519Blob, formatKeyLine } from '../../../protocol/ssh/public-key.ts';

const SERVICE = { name: 'sallyport', uid: 990, gids: [980] };
const ROOT = { name: 'root', uid: 0, gids: [0] };
const DAY = 24 * 3_600_000;
const blob = (): Buffer => ed25519Blob(generateKeyPairSync('ed25519').privateKey);

const file = (mode: number, uid = 0, gid = 980): FileFacts => ({ path: '/x', mode, uid, gid });
const answer = (status: number, json: unknown = undefined): Answer => ({
  status,
  json,
  headers: new Headers(),
  clockAheadMs: 0,
});
const silent = (why = 'nothing listens there'): Answer => ({ why, refused: why === 'nothing listens there' });

/** "wrong: …" of the worst finding, and every sentence ends as one. */
function worst(findings: readonly Finding[]): string {
  for (const { sentence } of findings) expect(sentence).toMatch(/^[\p{L}\d"/].*[.\w/]$/u);
  const rank = { wrong: 0, warning: 1, ok: 2 };
  const [first] = [...findings].sort((a, b) => rank[a.verdict] - rank[b.verdict]);
  return first ? `${first.verdict}: ${first.sentence}` : 'nothing';
}

test.each<[string, FileFacts, typeof SERVICE, boolean]>([
  ['its own file', file(0o400, 990), SERVICE, true],
  ['its own file that is shut for it, though open for all', file(0o044, 990), SERVICE, false],
  ['a file of its group', file(0o640), SERVICE, true],
  ['a file of its group that only all others may read', file(0o604), SERVICE, false],
  ['a file of others', file(0o640, 0, 0), SERVICE, false],
  ['an open file of others', file(0o644, 0, 0), SERVICE, true],
  ['any file, for root', file(0o000, 5, 5), ROOT, true],
])('may read %s', (_, facts, who, may) => {
  expect(mayRead(facts, who)).toBe(may);
});

describe('configuration', () => {
  const secret = (facts: FileFacts | undefined) => [{ what: 'client secret file', path: '/x', facts }];
  test.each<[string, FileFacts, FileFacts, FileFacts | undefined, RegExp]>([
    ['all may write it', file(0o646), file(0o751), file(0o600, 990), /^wrong: Others than root may change/],
    ['its group may write it', file(0o660), file(0o751), file(0o600, 990), /^wrong: Others than root may change/],
    ['it is a stranger’s', file(0o600, 1000), file(0o751), file(0o600, 990), /^wrong: Others than root may change/],
    ['all may write its folder', file(0o640), file(0o757), file(0o600, 990), /^wrong: Others than root may change/],
    ['no secret', file(0o640), file(0o751), undefined, /^wrong: The client secret file \/x is not there/],
    [
      'a secret that it may not read',
      file(0o640),
      file(0o751),
      file(0o600, 0),
      /^wrong: The user sallyport may not read/,
    ],
    ['a secret that all may read', file(0o640), file(0o751), file(0o644, 990), /^wrong: Everybody on this computer/],
    ['a secret that its group may change', file(0o640), file(0o751), file(0o660, 990), /^wrong: Others may write/],
    ['as init makes it', file(0o640), file(0o751), file(0o600, 990), /^ok: /],
    ['a secret of root’s for its group', file(0o640), file(0o751), file(0o640), /^ok: /],
  ])('%s', (_, own, folder, facts, expected) => {
    expect(worst(judgeConfiguration({ file: own, folder, secrets: secret(facts) }, SERVICE))).toMatch(expected);
  });
});

describe('policy', () => {
  const KEY = formatKeyLine(blob());
  const role = (more = '') => `  - name: r
    requesters: { groups: [engineering] }
    targets: { labels: { env: production } }
    logins: [deploy]
    maxDuration: 1h
    approvals: [{ groups: [${more || 'dba'}] }]`;
  const head = 'version: 1\nduties: { auditors: [a], admins: [b] }\n';
  const target = (key: string, env = 'production') =>
    `targets: [{ name: db-1, address: x, labels: { env: ${env} }, hostKeys: [${key}] }]\n`;
  test.each<[string, string, RegExp]>([
    [
      'a host key that is none',
      `${head}${target('ssh-ed25519 AAAA')}roles:\n${role()}`,
      /^wrong: None of the hostKeys of db-1/,
    ],
    ['no target', `${head}targets: []\nroles: []`, /^warning: There is no target yet/],
    ['no role', `${head}${target(KEY)}roles: []`, /^warning: There is no role/],
    ['a target of no role', `${head}${target(KEY, 'test')}roles:\n${role()}`, /^warning: No role covers db-1/],
    [
      'approvers that are all requesters',
      `${head}${target(KEY)}roles:\n${role('engineering')}`,
      /^warning: In the role r only those who may ask may approve/,
    ],
    ['no admins', `version: 1\nduties: { auditors: [a] }\n${target(KEY)}roles:\n${role()}`, /^warning: duties\.admins/],
    [
      'no auditors',
      `version: 1\nduties: { admins: [a] }\n${target(KEY)}roles:\n${role()}`,
      /^warning: duties\.auditors/,
    ],
    ['a good one', `${head}${target(KEY)}roles:\n${role()}`, /^ok: It is valid: 1 target, 1 role\./],
  ])('%s', (_, text, expected) => {
    const policy = parsePolicy(text, 'policy.yaml');
    expect(worst(judgePolicy({ policy, file: file(0o640) }, SERVICE))).toMatch(expected);
  });

  test('one that others may change, or that is refused, is wrong', () => {
    const policy = parsePolicy(`${head}${target(KEY)}roles:\n${role()}`, 'policy.yaml');
    expect(worst(judgePolicy({ policy, file: file(0o666) }, SERVICE))).toMatch(/^wrong: Others than root may change/);
    expect(worst(judgePolicy({ refused: 'policy.yaml, line 3: no.' }, SERVICE))).toBe(
      'wrong: policy.yaml, line 3: no.',
    );
  });
});

test.each<[string, FileFacts | undefined, typeof SERVICE, RegExp]>([
  [
    'somebody else',
    file(0o700, 990),
    { name: 'me', uid: 1000, gids: [1000] },
    /^wrong: .* run this, and the backend, as sallyport/,
  ],
  ['root, for a folder of root’s', file(0o700, 0), ROOT, /^warning: The backend would run as root/],
  ['the owner', file(0o700, 990), SERVICE, /^ok: The backend runs as sallyport/],
])('user: %s', (_, data, who, expected) => {
  expect(worst(judgeUser(data, 'sallyport', who))).toMatch(expected);
});

const GIB = 1024 ** 3;
test.each<[string, FileFacts | undefined, number | undefined, RegExp]>([
  ['none', undefined, GIB, /^wrong: The data folder \/x is not there/],
  ['a stranger’s', file(0o700, 0), 9 * GIB, /^wrong: The user sallyport may not write/],
  ['its own, but shut', file(0o500, 990), 9 * GIB, /^wrong: The user sallyport may not write/],
  ['all may write', file(0o707, 990), 9 * GIB, /^wrong: Others may write/],
  ['no room', file(0o700, 990), GIB / 10, /^wrong: Only 102 MiB are free/],
  ['little room', file(0o700, 990), GIB, /^warning: Only 1024 MiB are free/],
  ['all may look', file(0o755, 990), 9 * GIB, /^warning: Everybody can look into/],
  ['all may walk through', file(0o711, 990), 9 * GIB, /^ok: /],
  ['a disk that does not say', file(0o700, 990), undefined, /^ok: /],
])('data folder: %s', (_, folder, freeBytes, expected) => {
  expect(worst(judgeDataFolder({ path: '/x', folder, freeBytes }, SERVICE))).toMatch(expected);
});

describe('keys', () => {
  const [one, other] = [blob(), blob()];
  const key = (purpose: string, more: Partial<KeyFacts> = {}): KeyFacts => ({
    purpose,
    file: file(0o600, 990),
    opened: { blob: one },
    published: one,
    ...more,
  });
  const judge = (more: Partial<KeyFacts>, facts: Partial<Parameters<typeof judgeKeys>[0]> = {}): string =>
    worst(
      judgeKeys({
        folder: '/keys',
        shut: false,
        keys: [key('user-ca', more), key('host-ca')],
        sealingBeside: undefined,
        sealingTrouble: undefined,
        ...facts,
      }),
    );
  test.each<[string, Partial<KeyFacts>, RegExp]>([
    ['one is missing', { file: undefined, opened: undefined }, /^wrong: user-ca\.sealed is missing .* from a backup/],
    ['one does not open', { opened: { refused: 'It does not open.' } }, /^wrong: It does not open\. Put .* back/],
    ['others may read one', { file: file(0o640, 990) }, /^wrong: Other users can read \/keys\/user-ca\.sealed/],
    ['the public half is of another', { published: other }, /^wrong: user-ca\.pub .* is not of the sealed key/],
    ['there is no public half', { published: undefined }, /^warning: user-ca\.pub is missing/],
    ['all is well', {}, /^ok: All 2 sealed keys/],
  ])('%s', (_, more, expected) => {
    expect(judge(more)).toMatch(expected);
  });

  test('what opens them lies beside them', () => {
    expect(judge({}, { sealingBeside: '/keys/sealing.key' })).toMatch(
      /^warning: \/keys\/sealing\.key lies with the sealed keys/,
    );
  });
  test('what opens them cannot be read', () => {
    expect(judge({ opened: undefined }, { sealingTrouble: 'It is not there.' })).toBe('wrong: It is not there.');
  });
  test('it may not look', () => {
    expect(judge({ file: undefined }, { shut: true })).toMatch(
      /^wrong: The backend's user may not look into the keys folder/,
    );
  });
  test('there are none yet', () => {
    expect(judge({}, { keys: [key('user-ca', { file: undefined })] })).toMatch(
      /^warning: There are no keys in \/keys yet/,
    );
  });
});

test.each<[string, Parameters<typeof judgeEmbedded>[0], string]>([
  [
    'it does not run',
    { program: { why: 'No PostgreSQL here.' }, folderVersion: undefined, folder: undefined, uid: 1 },
    'wrong: No PostgreSQL',
  ],
  [
    'an older folder',
    { program: { version: '18' }, folderVersion: '17', folder: file(0o700, 1), uid: 1 },
    'wrong: The database in the data folder is of PostgreSQL 17',
  ],
  [
    'a stranger’s folder',
    { program: { version: '18' }, folderVersion: '18', folder: file(0o700, 2), uid: 1 },
    'wrong: /x belongs to another user',
  ],
  [
    'an open folder',
    { program: { version: '18' }, folderVersion: '18', folder: file(0o750, 1), uid: 1 },
    'wrong: Others may look into /x',
  ],
  ['its own folder', { program: { version: '18' }, folderVersion: '18', folder: file(0o700, 1), uid: 1 }, 'nothing'],
  ['none of both yet', { program: undefined, folderVersion: undefined, folder: undefined, uid: 1 }, 'nothing'],
])('embedded database: %s', (_, facts, expected) => {
  expect(worst(judgeEmbedded(facts))).toMatch(new RegExp(`^${expected}`));
  expect(worst(judgeUnasked(facts.folderVersion, false))).toMatch(/^ok: /);
});

test('an embedded database whose socket is out of sight: what was not looked at is said, and how to look', () => {
  expect(worst(judgeUnasked('18', true))).toMatch(
    /^ok: .*tables.* were not looked at: .*run: nsenter .* sallyport doctor$/,
  );
});

describe('clock', () => {
  const others = (aheadMs: number) => [{ whose: 'the database', aheadMs }];
  test.each<[string, Parameters<typeof judgeClock>[0], RegExp]>([
    [
      'far ahead',
      { synchronised: 'yes', others: others(31_000) },
      /^wrong: The clock of the database is 31 s ahead of ours/,
    ],
    [
      'far behind',
      { synchronised: 'unknown', others: others(-90_000) },
      /^wrong: The clock of the database is 90 s behind ours/,
    ],
    ['a little', { synchronised: 'yes', others: others(-6_000) }, /^warning: .* 6 s behind/],
    ['nobody sets it', { synchronised: 'no', others: [] }, /^warning: The clock is not synchronised/],
    ['within what a call takes', { synchronised: 'yes', others: others(1_400) }, /^ok: .* agrees with the database/],
    ['in a container', { synchronised: 'unknown', others: [] }, /^ok: /],
  ])('%s', (_, facts, expected) => {
    expect(worst(judgeClock(facts))).toMatch(expected);
  });
});

test.each<[string, Answer, Running]>([
  ['refused', silent(), 'not'],
  ['no answer', silent('it did not answer in time'), 'stranger'],
  ['well', answer(200, { ok: true }), 'well'],
  ['starting', answer(503, { type: 'urn:sallyport:error:unavailable' }), 'ailing'],
  ['another program', answer(200, '<html>'), 'stranger'],
  ['another program’s 503', answer(503, { type: 'about:blank' }), 'stranger'],
])('on the port: %s', (_, said, running) => {
  expect(judgeRunning(said)).toBe(running);
});

test.each<[string, string | undefined, Running, RegExp]>([
  ['taken', 'EADDRINUSE', 'stranger', /^wrong: The HTTP port 80 on ::1 is taken/],
  ['not of this computer', 'EADDRNOTAVAIL', 'not', /^wrong: The backend cannot listen on ::1/],
  ['privileged', 'EACCES', 'not', /^warning: The HTTP port 80 is for privileged programs/],
  ['free', undefined, 'not', /^ok: The backend does not run/],
  ['its own', undefined, 'well', /^ok: The backend runs/],
  ['its own, without a database', undefined, 'ailing', /^wrong: The backend runs, and says that it is starting/],
])('ports: %s', (_, refused, running, expected) => {
  expect(worst(judgePorts([{ what: 'HTTP', host: '::1', port: 80, refused }], running))).toMatch(expected);
});

describe('public address', () => {
  const us = answer(200, { name: 'Example', version: '1' });
  const judge = (publicUrl: string, said: Answer, running: Running, end?: number): string =>
    worst(judgePublicAddress({ publicUrl, answer: said, certificateEnd: end }, 'Example', running, 0));
  const HTTPS = 'https://s.example.com';
  test.each<[string, string, Answer, Running, RegExp]>([
    ['out of reach', HTTPS, silent('its name is not known'), 'well', /^wrong: .* its name is not known; check/],
    [
      'out of reach, before the start',
      HTTPS,
      silent('its name is not known'),
      'not',
      /^warning: .* its name is not known/,
    ],
    [
      'a bad certificate',
      HTTPS,
      silent('its certificate has expired'),
      'well',
      /^wrong: .* its certificate has expired/,
    ],
    [
      'another organisation',
      HTTPS,
      answer(200, { name: 'Other' }),
      'well',
      /^wrong: .* is the backend of "Other", not of "Example"/,
    ],
    ['another server', HTTPS, answer(404), 'well', /^wrong: .* not as the backend \(HTTP 404\)/],
    ['another server, before the start', HTTPS, answer(200), 'not', /^warning: .* something else \(HTTP 200\)/],
    ['a proxy that does not find us', HTTPS, answer(502), 'well', /^wrong: .*\(HTTP 502\)/],
    ['a proxy that waits for us', HTTPS, answer(502), 'not', /^ok: .* is there; it answers as Example once/],
    ['this computer, before the start', 'http://127.0.0.1:1', silent(), 'not', /^ok: .* answers once the backend runs/],
    ['us', HTTPS, us, 'well', /^ok: .* answers as Example/],
  ])('%s', (_, url, said, running, expected) => {
    expect(judge(url, said, running)).toMatch(expected);
  });

  test('a certificate that ends soon', () => {
    expect(judge(HTTPS, us, 'well', 3.5 * DAY)).toMatch(/^warning: The certificate of .* ends in 3 days/);
    expect(endsSoon(15 * DAY, 0)).toBeUndefined();
    expect(endsSoon(undefined, 0)).toBeUndefined();
  });
});

describe('gateway address', () => {
  const own = blob();
  test.each<[string, { blob: Buffer } | { why: string }, Running, RegExp]>([
    ['somebody else', { blob: blob() }, 'well', /^wrong: .* which is not the gateway's/],
    ['somebody else, before the start', { blob: blob() }, 'not', /^wrong: .* which is not the gateway's/],
    [
      'nobody',
      { why: 'nothing listens there' },
      'well',
      /^wrong: .* cannot be reached from here: nothing listens there/,
    ],
    ['nobody yet', { why: 'nothing listens there' }, 'not', /^ok: /],
    [
      'a name that nobody knows',
      { why: 'its name is not known' },
      'not',
      /^warning: The gateway's name g is not known/,
    ],
    ['the gateway', { blob: own }, 'well', /^ok: /],
  ])('%s', (_, shown, running, expected) => {
    expect(worst(judgeGatewayAddress({ host: 'g', port: 22, shown, own }, running))).toMatch(expected);
  });
});

describe('targets', () => {
  const pinned = blob();
  const [target] = parsePolicy(
    `version: 1\ntargets: [{ name: db-1, address: x, hostKeys: [${formatKeyLine(pinned)}] }]\nroles: []`,
    'p',
  ).targets;
  if (!target) throw new Error('There is a target.');
  const direct = { ...target, via: 'direct' as const };
  test.each<[string, Parameters<typeof judgeTargets>[0], RegExp]>([
    ['another host key', [{ target, shown: { blob: blob() } }], /^wrong: db-1 .* shows the host key/],
    ['another host key, directly', [{ target: direct, shown: { blob: blob() } }], /^wrong: db-1 .* shows the host key/],
    ['out of reach', [{ target, shown: { why: 'nothing listens there' } }], /^warning: db-1 .* nothing listens there/],
    ['out of reach of us, but not of apps', [{ target: direct, shown: { why: 'x' } }], /^ok: 0 of 1 targets answer/],
    ['the pinned host key', [{ target, shown: { blob: pinned } }], /^ok: 1 of 1 targets answer/],
    ['none', [], /^nothing$/],
  ])('%s', (_, facts, expected) => {
    expect(worst(judgeTargets(facts))).toMatch(expected);
  });
});
