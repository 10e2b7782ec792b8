import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { architectureOf, type Making, tool } from './making.ts';
import type { Order, ScriptMoment } from './order.ts';
import type { Entry } from './tree.ts';

const SECTIONS: Record<ScriptMoment, string> = {
  'before-install': 'pre',
  'after-install': 'post',
  'before-remove': 'preun',
  'after-remove': 'postun',
};

/** A binary package for rpm, by a spec file of our own and rpmbuild. */
export function makeRpm(making: Making): void {
  const { order, work, epoch } = making;
  const spec = join(work, 'package.spec');
  writeFileSync(spec, specOf(making));
  const defines = {
    ...{ _topdir: join(work, 'rpmbuild'), _rpmdir: join(work, 'made'), _rpmfilename: 'made.rpm', _tmppath: work },
    // What would differ from one machine or hour to the next.
    ...{ _buildhost: 'localhost', use_source_date_epoch_as_buildtime: 1, clamp_mtime_to_source_date_epoch: 1 },
  };
  const target = architectureOf(order, { amd64: 'x86_64', x64: 'x86_64', arm64: 'aarch64' });
  tool(
    'rpmbuild',
    [
      ...['-bb', '--quiet', '--target', `${target}-unknown-linux`],
      ...Object.entries(defines).flatMap(([name, value]) => ['--define', `${name} ${value}`]),
      ...order.defines.flatMap((define) => ['--define', define]),
      spec,
    ],
    { epoch },
  );
  copyFileSync(join(work, 'made/made.rpm'), order.output);
}

/** The spec file. Nothing is built by it: what is laid out is taken as it is. */
export function specOf({ order, root, entries, level }: Making): string {
  const one = (tag: string, value: string | undefined) => (value === undefined ? [] : [`${tag}: ${quoted(value)}`]);
  const many = (tag: string, values: readonly string[]) => values.flatMap((value) => one(tag, value));
  const scripts = (Object.entries(order.scripts) as [ScriptMoment, string][]).flatMap(([moment, file]) => [
    `%${SECTIONS[moment]} -p /bin/sh`,
    quoted(readFileSync(file, 'utf8')),
  ]);
  return [
    `%define _binary_payload ${payloadOf(order.compression, level)}`,
    '%define __os_install_post %{nil}',
    '%define debug_package %{nil}',
    '%undefine __brp_mangle_shebangs',
    ...one('Name', order.name),
    // A dash would part version and release; ~ sorts before the release that the pre-release leads to.
    ...one('Version', order.version.replaceAll('-', '~')),
    ...one('Release', order.iteration ?? '1'),
    ...one('Summary', order.summary ?? order.description.split('\n')[0]),
    ...one('License', order.license ?? 'unknown'),
    ...one('Vendor', order.vendor),
    ...one('URL', order.url),
    ...one('Packager', order.maintainer),
    ...one('Group', order.category ?? 'default'),
    'AutoReqProv: no',
    ...many('Requires', order.depends),
    ...many('Conflicts', order.conflicts),
    ...many('Provides', order.provides),
    ...many('Obsoletes', order.replaces),
    '%description',
    quoted(order.description),
    '%install',
    `mkdir -p %{buildroot} && cp -a ${root}/. %{buildroot}/`,
    ...scripts,
    '%files',
    '%defattr(-,root,root,-)',
    ...entries.flatMap((entry) => fileLine(order, entry)),
    '',
  ].join('\n');
}

/** Folders are left to the packages that own them, but for ours. */
function fileLine(order: Order, { path, kind }: Entry): string[] {
  if (/[\n"]/.test(path)) throw new Error(`fpm: rpm cannot hold a file of the name ${JSON.stringify(path)}.`);
  const ours = order.directories.some((folder) => path === folder || path.startsWith(`${folder}/`));
  if (kind === 'folder') return ours ? [`%dir "${quoted(path)}"`] : [];
  const attribute = order.attributes.get(path);
  const marks = [
    ...(attribute === undefined ? [] : [`%attr(${attribute})`]),
    ...(order.configFiles.includes(path) ? ['%config(noreplace)'] : []),
  ];
  return [[...marks, `"${quoted(path)}"`].join(' ')];
}

function payloadOf(compression: string, level: number): string {
  switch (compression) {
    // Threads are named, not counted: their number decides the bytes that come out.
    case 'xz':
    case 'xzmt':
      return `w${level}T2.xzdio`;
    case 'gzip':
      return `w${level}.gzdio`;
    case 'zstd':
      return `w${level}.zstdio`;
    default:
      throw new Error(`fpm: an rpm cannot be compressed with ${compression}.`);
  }
}

/** A percent sign begins a macro. */
function quoted(text: string): string {
  return text.replaceAll('%', '%%');
}
