import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { architectureOf, type Making, tool } from './making.ts';
import type { Order } from './order.ts';
import { bytesOf, listTree } from './tree.ts';

/** A binary package for pacman: alpm-package-relation(7), PKGINFO(5), alpm-install-scriptlet(5). */
export function makePacman({ order, root, work, entries, epoch, level }: Making): void {
  writeFileSync(join(root, '.PKGINFO'), infoOf(order, bytesOf(entries), epoch));
  const scripts = scriptsOf(order);
  if (scripts !== '') writeFileSync(join(root, '.INSTALL'), scripts);
  const names = join(work, 'names');
  const list = () =>
    writeFileSync(
      names,
      listTree(root)
        .map(({ path }) => `${path.slice(1)}\n`)
        .join(''),
    );
  list();
  const common = ['--uid', '0', '--gid', '0', '--uname', 'root', '--gname', 'root', '--no-recursion', '-T', names];
  const mtree = '!all,use-set,type,uid,gid,mode,time,size,sha256,link';
  const at = { cwd: root, epoch };
  // The two files of our own were changed just now; the list of all says when the package was made.
  for (const name of ['.PKGINFO', ...(scripts === '' ? [] : ['.INSTALL'])])
    tool('touch', ['-d', `@${epoch}`, name], at);
  tool('bsdtar', ['-czf', '.MTREE', '--format=mtree', `--options=${mtree},gzip:!timestamp`, ...common], at);
  tool('touch', ['-d', `@${epoch}`, '.MTREE'], at);
  list();
  tool('bsdtar', ['-cf', order.output, ...compressionOf(order.compression, level), ...common], at);
}

/** The package's description of itself. */
export function infoOf(order: Order, bytes: number, epoch: number): string {
  const many = (key: string, values: readonly string[]) => values.map((value): [string, string] => [key, value]);
  const pairs: [string, string | number | undefined][] = [
    ['pkgname', order.name],
    ['pkgbase', order.name],
    // A dash would part version and release; letters right behind the number sort before the number alone (vercmp(8)).
    ['pkgver', `${order.version.replace(/[-_~]/g, '')}-${order.iteration ?? '1'}`],
    ['pkgdesc', order.description.split('\n')[0]?.trim()],
    ['url', order.url],
    ['builddate', epoch],
    ['packager', order.maintainer],
    ['size', bytes],
    ['arch', architectureOf(order, { amd64: 'x86_64', x64: 'x86_64', arm64: 'aarch64' })],
    ['license', order.license],
    ...many('conflict', order.conflicts),
    ...many('provides', order.provides),
    ...many('replaces', order.replaces),
    ...many(
      'backup',
      order.configFiles.map((path) => path.slice(1)),
    ),
    ...many('depend', order.depends),
  ];
  return pairs.flatMap(([key, value]) => (value === undefined ? [] : [`${key} = ${value}\n`])).join('');
}

function scriptsOf({ scripts }: Order): string {
  // Ours end by `exit`, which in a function of pacman's own shell would end more than themselves.
  const body = (file: string) => `(\n${readFileSync(file, 'utf8').replace(/^#!.*\n/, '')}\n)`;
  const functions = [
    ['pre_install', scripts['before-install']],
    ['post_install', scripts['after-install']],
    ['post_upgrade', scripts['after-install']],
    ['pre_remove', scripts['before-remove']],
    ['post_remove', scripts['after-remove']],
  ] as const;
  return functions.flatMap(([name, file]) => (file === undefined ? [] : [`${name}() {\n${body(file)}\n}\n`])).join('');
}

function compressionOf(compression: string, level: number): string[] {
  switch (compression) {
    case 'xz':
      return ['--xz', `--options=xz:compression-level=${level},xz:threads=2`];
    case 'zstd':
      return ['--zstd', `--options=zstd:compression-level=${level}`];
    case 'gz':
      return ['--gzip', `--options=gzip:compression-level=${level},gzip:!timestamp`];
    default:
      throw new Error(`fpm: a pacman package cannot be compressed with ${compression}.`);
  }
}
