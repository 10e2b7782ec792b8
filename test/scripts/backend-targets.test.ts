import { expect, test } from 'vitest';
import { usualTargets } from '../../scripts/packaging/backend/index.ts';

test.each<[NodeJS.Platform, NodeJS.Architecture, string[]]>([
  ['linux', 'x64', ['npm', 'deb']],
  ['linux', 'arm64', ['npm']],
  ['darwin', 'arm64', []],
  ['win32', 'x64', []],
])('on %s %s a release makes of the backend what that system can make: %j', (platform, arch, targets) => {
  expect(usualTargets(platform, arch)).toEqual(targets);
});
