import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Answers } from '../../../backend/cli/init/answers.ts';
import { makePlan } from '../../../backend/cli/init/plan.ts';
import { configText, nextSteps, STARTER_POLICY } from '../../../backend/cli/init/texts.ts';
import { carryOut } from '../../../backend/cli/init/write.ts';
import { placesOf, readConfig } from '../../../backend/config.ts';
import { parsePolicy } from '../../../backend/policy/parse.ts';
import { readLink } from '../../../main/deep-link.ts';

const NOW = new Date('2026-03-04T05:06:07.000Z');
const ME = { name: 'me', uid: process.getuid?.() ?? 0, gids: [process.getgid?.() ?? 0] };
/** Debian's "nobody" and "nogroup". */
const NOBODY = { uid: 65_534, gid: 65_534 };
const root = process.getuid?.() === 0;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function answers(more: Partial<Answers> = {}): Answers {
  return {
    orgName: 'Example',
    publicUrl: 'https://sallyport.example.com',
    http: { host: '127.0.0.1', port: 8022, trustProxy: ['127.0.0.1'] },
    gateway: { host: 'ssh.example.com', port: 2222 },
    issuer: 'https://login.example.com',
    clientId: 'sallyport',
    clientSecret: { text: 'client-secret-text' },
    groupsClaim: 'groups',
    database: undefined,
    data: join(folder, 'var/data'),
    config: join(folder, 'etc/backend.yaml'),
    passphraseFile: undefined,
    policy: undefined,
    ...more,
  };
}

async function init(more: Partial<Answers> = {}, replace = false): Promise<string[]> {
  return carryOut(await makePlan(answers(more), ME, replace), undefined, NOW);
}

async function put(name: string, text: string, mode = 0o600): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text, { mode });
  await chmod(path, mode);
  return path;
}

async function filesBelow(path = folder): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
}

describe('what is there is never overwritten: it is named, and nothing is written', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['etc/backend.yaml', () => put('etc/backend.yaml', 'mine')],
    ['etc/policy.yaml', () => put('etc/policy.yaml', 'mine')],
    ['etc/client-secret', () => put('etc/client-secret', 'mine')],
    ['etc/sealing.key', () => put('etc/sealing.key', 'mine')],
    ['var/data/keys', () => put('var/data/keys/user-ca.sealed', 'mine')],
    ['var/data/database', () => put('var/data/database/PG_VERSION', '18')],
    [
      'etc/client-secret',
      async () => {
        await mkdir(join(folder, 'etc'));
        await symlink('/nowhere/else', join(folder, 'etc/client-secret'));
      },
    ],
  ])('%s', async (name, make) => {
    await make();
    const before = await filesBelow();
    await expect(init()).rejects.toThrow(`${join(folder, name)} is there already`);
    expect(await filesBelow()).toEqual(before);
  });

  test('not even one that came after the look: what had been written by then is taken back', async () => {
    const plan = await makePlan(answers(), ME, false);
    const mine = await put('etc/policy.yaml', 'mine');
    await expect(carryOut(plan, undefined, NOW)).rejects.toThrow(/^Nothing was written: EEXIST/);
    expect(await filesBelow()).toEqual([mine]);
    expect(await readFile(mine, 'utf8')).toBe('mine');
  });
});

describe('a file that will not do stops it before anything is written', () => {
  test.each<[string, () => Promise<Partial<Answers>>, RegExp]>([
    [
      'a secret that everybody can read',
      async () => ({ clientSecret: { file: await put('secret', 'x', 0o644) } }),
      /Everybody on this computer can read the client secret file/,
    ],
    [
      'a passphrase that others may write',
      async () => ({ passphraseFile: await put('passphrase', 'x', 0o660) }),
      /Others may write the passphrase file/,
    ],
    [
      'a passphrase that is not there',
      async () => ({ passphraseFile: join(folder, 'none') }),
      /The passphrase file .* is not there/,
    ],
    [
      'a policy with an error',
      async () => ({ policy: await put('p.yaml', 'version: 2') }),
      /p\.yaml, line 1, "version"/,
    ],
  ])('%s', async (_, make, sentence) => {
    const more = await make();
    const before = await filesBelow();
    await expect(init(more)).rejects.toThrow(sentence);
    expect(await filesBelow()).toEqual(before);
  });
});

describe('with --force, what the questions do not ask about is taken over from the earlier configuration', () => {
  const config = () => readConfig(answers().config).then((read) => read.config);
  const UPDATES = `updates: # ours
  folder: /srv/updates
  keys: [{ id: 21fe31dfa154a261, publicKey: 11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo= }]
`;
  const change = async (edit: (text: string) => string): Promise<void> =>
    writeFile(answers().config, edit(await readFile(answers().config, 'utf8')));

  test.each<[string, (text: string) => string, string[], object]>([
    ['nothing that was asked', (text) => text.replace('"Example"', '"Older"'), [], { org: { name: 'Example' } }],
    [
      'no database that was answered otherwise',
      (text) => `${text}database: { urlFile: elsewhere }\n`,
      [],
      { policy: 'policy.yaml' },
    ],
    ['a whole section', (text) => text + UPDATES, ['updates'], { updates: { folder: '/srv/updates' } }],
    [
      'settings beside those that are asked',
      (text) =>
        text
          .replace('prompt: login', 'prompt: select_account\n  scopes: [openid, roles]')
          .replace('clientAuthentication: basic', 'clientAuthentication: post')
          .replace('"0.0.0.0"', '10.0.0.7'),
      ['gateway.host', 'identityProvider.prompt', 'identityProvider.scopes', 'identityProvider.clientAuthentication'],
      {
        gateway: { host: '10.0.0.7', advertised: { host: 'ssh.example.com' } },
        identityProvider: { prompt: 'select_account', scopes: ['openid', 'roles'], clientAuthentication: 'post' },
      },
    ],
    ['how much is logged', (text) => text.replace('level: info', 'level: debug'), ['log'], { log: { level: 'debug' } }],
  ])('%s', async (_, edit, names, expected) => {
    await init();
    await change(edit);
    const plan = await makePlan(answers(), ME, true);
    expect(plan.takenOver).toEqual(names);
    await carryOut(plan, undefined, NOW);
    expect(await config()).toMatchObject(expected);
    expect((await config()).database).toBeUndefined();
  });

  test('with its comments, and the explanations of a new one', async () => {
    await init();
    await change((text) => text + UPDATES);
    await init({}, true);
    const text = await readFile(answers().config, 'utf8');
    expect(text).toContain('# ours');
    expect(text).toContain('# what apps are told');
  });

  test('an earlier one with an error is refused with what to do, and nothing is written', async () => {
    await init();
    await change((text) => `${text}nonsense: 1\n`);
    const before = await filesBelow();
    const keys = join(answers().data, 'keys');
    await expect(init({}, true)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(
        `^Nothing was written, .* "nonsense": .*\\. Mend it, or move it away: then nothing of it is taken over, and keys are looked for in ${keys} alone\\.$`,
      ),
    });
    expect(await filesBelow()).toEqual(before);
  });

  test('one with an error that was moved away is in the way no more, and the keys stay', async () => {
    await init();
    const key = () => readFile(join(answers().data, 'keys/user-ca.pub'), 'utf8');
    const before = await key();
    await rename(answers().config, `${answers().config}.broken`);
    await init({}, true);
    expect([await key(), (await config()).org.name]).toEqual([before, 'Example']);
  });
});

test('a failure half-way takes everything back', async () => {
  // The policy goes to a folder whose name a file has: it fails after keys and secret were made.
  const plan = await makePlan(answers(), ME, false);
  const blocked = await put('blocked', '');
  const files = plan.files.map((file) =>
    file.path.endsWith('policy.yaml') ? { ...file, path: join(blocked, 'policy.yaml') } : file,
  );
  await expect(carryOut({ ...plan, files }, undefined, NOW)).rejects.toThrow(/^Nothing was written: /);
  expect(await readdir(folder)).toEqual(['blocked']);
});

test('a failure after --force has put files aside puts them back', async () => {
  await init();
  const plan = await makePlan(answers({ orgName: 'Renamed' }), ME, true);
  const [secret, config] = plan.files;
  if (!secret || !config) throw new Error('Two files were planned.');
  const before = await filesBelow();
  // A folder with something in it cannot be replaced by a file: the last move fails.
  await put('etc/full/of', 'something');
  const bad = { ...config, path: join(folder, 'etc/full') };
  await expect(carryOut({ ...plan, files: [secret, bad] }, undefined, NOW)).rejects.toThrow(/^Nothing was written/);
  expect((await filesBelow()).filter((path) => !path.includes('full')).sort()).toEqual(before.sort());
  expect(await readFile(secret.path, 'utf8')).toBe('client-secret-text\n');
});

test('everything is written, and read back as it was meant, whatever is in a name', async () => {
  const orgName = `O'Brien & Söhne: "GmbH" #1 {x} %d`;
  const written = await init({ orgName, clientId: 'yes', groupsClaim: 'https://x.example/groups' });
  expect(written.at(-1)).toBe(join(folder, 'etc/backend.yaml'));
  const { config, pathOf } = await readConfig(join(folder, 'etc/backend.yaml'));
  expect(config.org.name).toBe(orgName);
  expect(config.identityProvider).toMatchObject({ clientId: 'yes', groupsClaim: 'https://x.example/groups' });
  const places = placesOf(config, pathOf);
  expect(places).toEqual({
    data: join(folder, 'var/data'),
    keys: join(folder, 'var/data/keys'),
    sealing: { keyFile: join(folder, 'etc/sealing.key') },
    policy: join(folder, 'etc/policy.yaml'),
    clientSecret: join(folder, 'etc/client-secret'),
    databaseUrl: undefined,
  });
});

test('a secret in a file of its own stays there, and is written nowhere else', async () => {
  const secret = await put('vault/secret', 'kept-here');
  const url = await put('vault/url', 'postgres://u:p@db/x');
  await init({ clientSecret: { file: secret }, database: { file: url } });
  const { config, pathOf } = await readConfig(join(folder, 'etc/backend.yaml'));
  expect(placesOf(config, pathOf)).toMatchObject({ clientSecret: secret, databaseUrl: url });
  for (const path of (await filesBelow()).filter((each) => !each.includes('vault')))
    expect(await readFile(path, 'utf8')).not.toMatch(/kept-here|u:p@db/);
});

test.each<[string, number]>([
  ['etc', 0o751],
  ['etc/client-secret', 0o600],
  ['etc/sealing.key', 0o600],
  ['var/data', 0o700],
  ['var/data/keys', 0o700],
  ['var/data/keys/user-ca.sealed', 0o600],
])('%s has mode %o, whatever the umask', async (name, mode) => {
  const umask = process.umask(0o077);
  try {
    await init();
  } finally {
    process.umask(umask);
  }
  expect((await stat(join(folder, name))).mode & 0o777).toBe(mode);
});

test.runIf(root)('made by root for a user: secrets are the user’s, configuration and policy stay root’s', async () => {
  await carryOut(
    await makePlan(answers(), { name: 'nobody', uid: NOBODY.uid, gids: [NOBODY.gid] }, false),
    NOBODY,
    NOW,
  );
  const of = async (name: string) => {
    const { uid, gid, mode } = await stat(join(folder, name));
    return [uid, gid, mode & 0o777];
  };
  const { uid, gid } = NOBODY;
  expect(await of('etc')).toEqual([0, gid, 0o751]);
  for (const name of ['backend.yaml', 'policy.yaml']) expect(await of(`etc/${name}`)).toEqual([0, gid, 0o640]);
  for (const name of ['client-secret', 'sealing.key']) expect(await of(`etc/${name}`)).toEqual([uid, gid, 0o600]);
  expect(await of('var/data')).toEqual([uid, gid, 0o700]);
  for (const name of await readdir(join(folder, 'var/data/keys')))
    expect((await of(`var/data/keys/${name}`)).slice(0, 2)).toEqual([uid, gid]);
});

test('keys that do not open are no keys to go on with', async () => {
  await init();
  await writeFile(join(folder, 'etc/sealing.key'), Buffer.alloc(32, 1).toString('base64'));
  await expect(init({}, true)).rejects.toThrow(/None of the sealed keys .* Nothing was written\.$/);
});

test('a passphrase seals the keys in place of a key file', async () => {
  const passphraseFile = await put('passphrase', 'correct horse battery staple');
  await init({ passphraseFile });
  expect(await readdir(join(folder, 'etc'))).not.toContain('sealing.key');
  const sealed = JSON.parse(await readFile(join(folder, 'var/data/keys/user-ca.sealed'), 'utf8')) as { kdf: object };
  expect(sealed.kdf).toMatchObject({ name: 'scrypt' });
});

test.runIf(root)('whoever owns the data folder cannot have root hand over what is somebody else’s', async () => {
  await chmod(folder, 0o755);
  const [data, victim] = [join(folder, 'var/data'), join(folder, 'victim')];
  const ofRoot = await put('victim/of-root', 'root’s');
  await mkdir(data, { recursive: true });
  await chown(data, NOBODY.uid, NOBODY.gid);
  const passphraseFile = await put('passphrase', 'correct horse battery staple');
  await chown(passphraseFile, NOBODY.uid, NOBODY.gid);
  // Puts a link in the place of each folder that appears there.
  const attack = `
    const fs = require('node:fs');
    console.log('ready');
    for (;;) for (const name of fs.readdirSync('.')) {
      if (!name.endsWith('.new')) continue;
      fs.renameSync(name, 'taken');
      fs.symlinkSync(${JSON.stringify(victim)}, name);
      process.exit();
    }`;
  const attacker = spawn(process.execPath, ['-e', attack], {
    ...NOBODY,
    cwd: data,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(attacker.stdout as NodeJS.ReadableStream, 'data');
    const nobody = { name: 'nobody', uid: NOBODY.uid, gids: [NOBODY.gid] };
    const plan = await makePlan(answers({ passphraseFile }), nobody, false);
    await expect(carryOut(plan, NOBODY, NOW)).rejects.toThrow('Somebody changes the data folder meanwhile');
  } finally {
    attacker.kill();
  }
  expect(await readdir(victim)).toEqual(['of-root']);
  expect(await stat(ofRoot)).toMatchObject({ uid: 0, gid: 0 });
  expect(await readdir(join(data, 'taken'))).toEqual([]);
  await expect(stat(join(folder, 'etc'))).rejects.toThrow('ENOENT');
});

test('the starter policy gives nobody anything; its example is one that works', () => {
  expect(parsePolicy(STARTER_POLICY, 'policy.yaml')).toMatchObject({ targets: [], roles: [] });
  const [head = '', example = ''] = STARTER_POLICY.replace('targets: []\nroles: []\n', '').split('# An example.');
  const uncommented = example
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/^# ?/, ''))
    .join('\n');
  expect(parsePolicy(`${head}${uncommented}`, 'policy.yaml')).toMatchObject({
    targets: [{ name: 'db-1' }],
    roles: [{ name: 'production' }],
  });
});

test.each<[string, string]>([
  ['https://sallyport.example.com', 'https://sallyport.example.com'],
  ['https://sallyport.example.com:8443', 'https://sallyport.example.com:8443'],
  ['http://127.0.0.1:8022', 'http://127.0.0.1:8022'],
])('the link for people to %s is one that the app reads', (publicUrl, address) => {
  const text = nextSteps(answers({ publicUrl }), {
    written: [],
    kept: [],
    takenOver: [],
    userCaLine: '',
    owner: undefined,
    asRoot: false,
  });
  const link = /sallyport:\/\/join\S+/.exec(text)?.[0] ?? '';
  expect(readLink(link)).toEqual({ link: { kind: 'join', address } });
});

test('the configuration holds no secret', () => {
  const layout = { policy: '/p', clientSecret: '/c', databaseUrl: '/d', keys: '/k', sealing: { keyFile: '/s' } };
  const text = configText(answers({ database: { text: 'postgres://u:hunter2@db/x' } }), layout);
  expect(text).not.toMatch(/client-secret-text|hunter2/);
});
