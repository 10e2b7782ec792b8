import { expect, it } from 'vitest';
import { sshHostNames } from '../../../protocol/model/ssh-host.ts';

const grant = (id: string, login: string, name: string) => ({
  id,
  login,
  target: { name, description: '', labels: {}, via: 'gateway' as const },
});

it.each<[string, [string, string, string][], Record<string, string[]>]>([
  ['one login', [['g1', 'deploy', 'db-1']], { g1: ['db-1.sallyport', 'deploy.db-1.sallyport'] }],
  [
    'two targets',
    [
      ['g1', 'deploy', 'db-1'],
      ['g2', 'deploy', 'db-2'],
    ],
    { g1: ['db-1.sallyport', 'deploy.db-1.sallyport'], g2: ['db-2.sallyport', 'deploy.db-2.sallyport'] },
  ],
  [
    'two logins on one target, so that its name alone would mean either',
    [
      ['g1', 'deploy', 'db-1'],
      ['g2', 'root', 'db-1'],
    ],
    { g1: ['deploy.db-1.sallyport'], g2: ['root.db-1.sallyport'] },
  ],
  [
    'a login and a target that read like another target',
    [
      ['g1', 'a', 'b.c'],
      ['g2', 'root', 'a.b.c'],
    ],
    { g1: ['b.c.sallyport'], g2: ['root.a.b.c.sallyport'] },
  ],
  [
    'names that all mean something else, too',
    [
      ['g1', 'a', 'b'],
      ['g2', 'c', 'b'],
      ['g3', 'd', 'a.b'],
    ],
    { g1: ['g1.sallyport'], g2: ['c.b.sallyport'], g3: ['d.a.b.sallyport'] },
  ],
  ['nothing', [], {}],
])('names for %s', (_what, grants, names) => {
  expect(Object.fromEntries(sshHostNames(grants.map((given) => grant(...given))))).toEqual(names);
});
