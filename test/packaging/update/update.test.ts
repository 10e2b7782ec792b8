import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../protocol/ipc/settings.ts';
import type { Feed } from '../../../protocol/update/feed.ts';
import { packVersion } from '../../main/updates/packed-version.ts';
import { newSigner } from '../../main/updates/signed-feed.ts';
import type { TrayItem } from '../../support/desktop/tray-item.ts';
import { packages } from '../packages.ts';
import { InstalledCopy } from './installed-copy.ts';
import { ReleaseServer } from './release-server.ts';

const LOOK = 'Look for updates';
const CURRENT = packages.version;
const NEWER = packages.newer.version;
const SPOILT = '9.0.0';
const settings = { ...DEFAULT_SETTINGS, terminalFontSize: 17 };

let server: ReleaseServer;
let copy: InstalledCopy;
let item: TrayItem;
let newer: Buffer;

beforeAll(async () => {
  [server, newer] = await Promise.all([ReleaseServer.start(packages.releaseKey), readFile(packages.newer.tarball)]);
  copy = await InstalledCopy.unpack(packages.tarball, { ...settings, backendAddress: server.origin });
  item = await copy.start();
});

afterAll(async () => {
  await copy?.dispose();
  await server?.dispose();
});

/** The person asks for it in the tray's menu; resolves with what the log says of it. */
async function look(outcome: RegExp): Promise<string> {
  await item.menuThatFits((labels) => labels.includes(LOOK));
  return copy.says(outcome, () => item.choose(LOOK));
}

/** An act after which the app ends, perhaps before it has answered. */
async function chooseAtTheEnd(label: string): Promise<void> {
  await item.choose(label).catch((error: Error) => expect(error.message).toContain('disconnected'));
}

const lookFailed = /the look for a newer version failed/;
const looked = /looked for a newer version/;

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name)));
  return (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0);
}

describe('a packaged app that looks for a newer version', () => {
  it.each<[string, () => string, RegExp]>([
    [
      'signed by a key it does not know',
      () => server.feed({ version: NEWER }, newer, [newSigner()]),
      /not trusted here/,
    ],
    [
      'whose signature is wrong',
      () => server.feed({ version: NEWER }, newer).replace(/"signature":"..../, '"signature":"AAAA'),
      /was altered/,
    ],
    [
      'for the apps of another backend',
      () => server.feed({ version: NEWER, audience: ['https://other.example.com'] }, newer),
      /not of http/,
    ],
    ['that has expired', () => server.feed({ version: NEWER, expiresAt: Date.now() - 1 }, newer), /expired/],
    ['that is no feed', () => '<html>', /no update feed/],
  ])('believes no feed %s, and downloads nothing', async (_name, feed, why) => {
    server.serve(feed(), newer);
    expect(await look(lookFailed)).toMatch(why);
    expect(server.downloads).toEqual([]);
  });

  it.each<[string, Partial<Feed>]>([
    ['older version', { version: '0.0.1' }],
    ['version that it is already', { version: CURRENT }],
    ['version that is paused', { version: NEWER, paused: true }],
    ['version that is rolled out to nobody yet', { version: NEWER, rolloutPercent: 0 }],
  ])('takes no %s, and downloads nothing', async (_name, fields) => {
    server.serve(server.feed(fields, newer), newer);
    expect(await look(looked)).toContain('"follows":"nothing"');
    expect(server.downloads).toEqual([]);
  });

  it('believes no feed older than one it has seen', async () => {
    server.serve(server.feed({ version: NEWER, sequence: 1 }, newer), newer);
    expect(await look(lookFailed)).toMatch(/is older/);
  });

  it('throws away what is not what was signed, and nothing of it stays', async () => {
    server.serve(server.feed({ version: NEWER }, newer), randomBytes(newer.length));
    expect(await look(/could not be made ready/)).toMatch(/not what was signed/);
    expect(await readdir(join(copy.data, 'updates'))).toEqual([]);
    expect(await copy.neighbours()).toEqual(['Sallyport']);
  });
});

describe('a packaged app that finds a newer version', () => {
  it('keeps the half that came when the download is cut, and goes on from there', async () => {
    const half = Math.floor(newer.length / 2);
    const feed = await server.publish(packages.newer.tarball, NEWER);
    server.serve(feed, newer, half);
    expect(await look(/could not be made ready/)).toMatch(/cannot be reached|in the middle/);
    expect(copy.version).toBe(CURRENT);
    server.serve(feed, newer);
    await look(/a newer version is ready/);
    expect(server.downloads.at(-1)).toMatch(/^bytes=[1-9]\d+-$/);
  });

  it('says so once, and changes nothing before the person restarts it', async () => {
    const { body } = await copy.desktop.notifications.first(({ title }) => title === `Version ${NEWER} is ready`);
    expect(body).toContain('Click to restart');
    expect(copy.version).toBe(CURRENT);
    expect(copy.desktop.notifications.shown).toHaveLength(1);
    // Chromium has kept no copy of the installer.
    expect(await bytesIn(join(copy.data, 'Cache'))).toBeLessThan(newer.length / 10);
  });

  it('restarts into it, with its settings, and tidies up', async () => {
    const before = copy.mains().map(({ pid }) => pid);
    await item.menuThatFits((labels) => labels.includes(`Restart into version ${NEWER}`));
    item = await copy.appears(() => chooseAtTheEnd(`Restart into version ${NEWER}`));
    expect(copy.version).toBe(NEWER);
    expect(await copy.log()).toContain(`started {"version":"${NEWER}"`);
    await expect.poll(() => copy.mains().length).toBe(1);
    expect(before).not.toContain(copy.mains()[0]?.pid);
    expect(copy.mains()[0]?.executable).toBe(copy.program);
    await expect.poll(() => existsSync(join(copy.data, 'updates/hand-over.json'))).toBe(false);
    expect(JSON.parse(await readFile(join(copy.data, 'settings.json'), 'utf8'))).toMatchObject({
      terminalFontSize: 17,
    });
    // It is not offered what it is, and the version before is no more.
    expect(await look(looked)).toContain('"follows":"nothing"');
    await expect.poll(() => copy.neighbours()).toEqual(['Sallyport']);
  });

  it('that does not start: the version before comes back, and does not try it again', async () => {
    const packed = { version: SPOILT, program: basename(copy.program), script: 'exit 3' };
    const spoilt = await readFile((await packVersion(copy.temporary, packed)).file);
    server.serve(server.feed({ version: SPOILT }, spoilt), spoilt);
    await look(/a newer version is ready/);
    await chooseAtTheEnd('Quit');
    await expect.poll(() => copy.mains().length).toBe(0);
    expect(copy.version).toBe(NEWER);
    item = await copy.start();
    expect(await copy.log()).toMatch(
      new RegExp(`version ${SPOILT} did not start: it ended with 3; version ${NEWER} comes back`),
    );
    expect(copy.version).toBe(NEWER);
    await expect.poll(() => copy.mains().length).toBe(1);
    const asked = server.downloads.length;
    await look(looked);
    await item.menuThatFits((labels) => labels.includes(LOOK));
    expect(server.downloads).toHaveLength(asked);
    await expect.poll(() => copy.neighbours()).toEqual(['Sallyport']);
  });

  it('goes on while the backend is down', async () => {
    await server.dispose();
    expect(await look(lookFailed)).toMatch(/Nothing answers at/);
    expect(copy.mains()).toHaveLength(1);
  });
});
