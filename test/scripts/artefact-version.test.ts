import { expect, test } from 'vitest';
import { isOfVersion } from '../../scripts/packaging/artefacts.ts';

test.each([
  ['Sallyport-1.2.3-linux-amd64.deb', '1.2.3', true],
  ['Sallyport-1.2.3-mac-universal.pkg', '1.2.3', true],
  ['Sallyport-1.2.3-win-x64-setup.exe', '1.2.3', true],
  ['Sallyport-1.2.3-beta.4-linux-amd64.deb', '1.2.3-beta.4', true],
  // Left in the same folder by an earlier packaging: its sums are no part of this release.
  ['Sallyport-1.2.3-beta.4-linux-amd64.deb', '1.2.3', false],
  ['Sallyport-1.2.3-linux-amd64.deb', '1.2.3-beta.4', false],
  ['Sallyport-11.2.3-linux-amd64.deb', '1.2.3', false],
  ['Sallyport-0.1.2.3-linux-amd64.deb', '1.2.3', false],
])('%s is of %s: %s', (name, version, expected) => {
  expect(isOfVersion(name, version)).toBe(expected);
});
