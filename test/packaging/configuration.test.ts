import type { Configuration } from 'app-builder-lib';
import { describe, expect, test } from 'vitest';
import { checkConfiguration, readConfig } from '../../scripts/packaging/configuration.ts';

const config = await readConfig();

test('the configuration of all three systems is sound', async () => {
  await checkConfiguration(config);
});

type Change = (config: Writable) => void;
// biome-ignore lint/suspicious/noExplicitAny: each change is a mistake that the types would refuse
type Writable = any;

const MISTAKES: [why: string, change: Change, complaint: RegExp][] = [
  ['a misspelt word', (c) => (c.electronFuse = c.electronFuses), /unknown property 'electronFuse'/],
  ['a format that does not exist', (c) => c.linux.target.push({ target: 5 }), /linux is packaged as/],
  ['a section that is no section', (c) => (c.linux = 'deb'), /configuration\.linux should be/],
  ['no archive', (c) => (c.asar = false), /must be in an archive/],
  ['unchecked archives', (c) => (c.disableAsarIntegrity = true), /archives must be checked/],
  ['a fuse that lets Node run', (c) => (c.electronFuses.runAsNode = true), /fuse runAsNode must be off/],
  ['a fuse left out', (c) => delete c.electronFuses.onlyLoadAppFromAsar, /fuse onlyLoadAppFromAsar must be on/],
  ['all languages', (c) => delete c.electronLanguages, /only English/],
  ['publishing', (c) => (c.publish = [{ provider: 'generic', url: 'https://example.org' }]), /publishes nothing/],
  ['a certificate', (c) => (c.win.cscLink = 'certificate.p12'), /signing comes from the environment/],
  ['a password', (c) => (c.cscKeyPassword = 'x'), /signing comes from the environment/],
  ['the backend inside', (c) => c.files.push('out/backend'), /backend stays out/],
  ['a format less on Linux', (c) => c.linux.target.shift(), /linux is packaged as/],
  ['a format less on Windows', (c) => c.win.target.pop(), /win32 is packaged as/],
  ['a format more on macOS', (c) => c.mac.target.push({ target: 'mas', arch: ['x64'] }), /darwin is packaged as/],
  ["the backend's name", (c) => (c.linux.executableName = 'sallyport'), /program's name is sallyport-desktop/],
  ['no links', (c) => (c.protocols = []), /sallyport:\/\/ opens the app/],
  ['an installer for the computer only', (c) => (c.nsis.perMachine = true), /one Windows installer/],
  ['an MSI that is another product each time', (c) => delete c.msi.upgradeCode, /upgrade code/],
  ['an installer that deletes settings', (c) => (c.nsis.deleteAppDataOnUninstall = true), /leaves what people made/],
  ['a soft runtime', (c) => (c.mac.hardenedRuntime = false), /runtime is hardened/],
  ['no notarising', (c) => (c.mac.notarize = false), /notarising/],
  ['two files of one name', (c) => (c.nsis.artifactName = c.portable.artifactName), /same name/],
  ['an icon that is not there', (c) => (c.win.icon = 'packaging/app/nothing.ico'), /nothing\.ico is not there/],
  ['a script that is not there', (c) => (c.deb.afterInstall = 'packaging/no.sh'), /no\.sh is not there/],
];

describe('refused:', () => {
  test.each(MISTAKES)('%s', async (_why, change, complaint) => {
    const broken = structuredClone(config) as Configuration;
    change(broken);
    await expect(checkConfiguration(broken)).rejects.toThrow(complaint);
  });
});
