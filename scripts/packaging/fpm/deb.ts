import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { architectureOf, type Making, tool } from './making.ts';
import type { Order, ScriptMoment } from './order.ts';
import { bytesOf } from './tree.ts';

const SCRIPT_NAMES: Record<ScriptMoment, string> = {
  'before-install': 'preinst',
  'after-install': 'postinst',
  'before-remove': 'prerm',
  'after-remove': 'postrm',
};
const COMPRESSORS: Readonly<Record<string, string>> = { xz: 'xz', gz: 'gzip', zst: 'zstd', zstd: 'zstd', none: 'none' };

/** A binary package for dpkg: deb(5), deb-control(5). */
export function makeDeb(making: Making): void {
  const { order, root, entries, epoch, level } = making;
  const compressor = COMPRESSORS[order.compression];
  if (compressor === undefined) throw new Error(`fpm: a deb cannot be compressed with ${order.compression}.`);
  const control = join(root, 'DEBIAN');
  mkdirSync(control, { mode: 0o755 });
  writeFileSync(join(control, 'control'), controlOf(order, Math.ceil(bytesOf(entries) / 1024)));
  const files = entries.filter(({ kind }) => kind === 'file');
  const sums = files.map(({ path }) => {
    const md5 = createHash('md5').update(readFileSync(join(root, path)));
    return `${md5.digest('hex')}  ${path.slice(1)}\n`;
  });
  writeFileSync(join(control, 'md5sums'), sums.join(''));
  if (order.configFiles.length > 0) writeFileSync(join(control, 'conffiles'), `${order.configFiles.join('\n')}\n`);
  for (const [moment, file] of Object.entries(order.scripts) as [ScriptMoment, string][]) {
    writeFileSync(join(control, SCRIPT_NAMES[moment]), readFileSync(file), { mode: 0o755 });
  }
  // dpkg-deb sorts the names and takes SOURCE_DATE_EPOCH for what it adds.
  const strength = compressor === 'none' ? [] : [`-z${level}`];
  tool('dpkg-deb', ['--root-owner-group', `-Z${compressor}`, ...strength, '--build', root, order.output], { epoch });
}

/** The control file. @param kilobytes what the installed files take */
export function controlOf(order: Order, kilobytes: number): string {
  const [synopsis = order.name, ...long] = order.description.split('\n').map((line) => line.trim());
  const fields: [string, string | number | undefined][] = [
    ['Package', order.name],
    ['Version', order.iteration === undefined ? order.version : `${order.version}-${order.iteration}`],
    ['Architecture', architectureOf(order, { x86_64: 'amd64', x64: 'amd64', aarch64: 'arm64' })],
    ['Maintainer', order.maintainer],
    ['Installed-Size', kilobytes],
    ['Depends', order.depends.map(relation).join(', ')],
    ['Recommends', order.recommends.map(relation).join(', ')],
    ['Conflicts', order.conflicts.map(relation).join(', ')],
    ['Provides', order.provides.map(relation).join(', ')],
    ['Replaces', order.replaces.map(relation).join(', ')],
    ['Section', order.category],
    ['Priority', order.priority ?? 'optional'],
    ['Homepage', order.url],
    ['License', order.license],
    ['Vendor', order.vendor],
    ['Description', [synopsis, ...long.map((line) => ` ${line === '' ? '.' : line}`)].join('\n')],
  ];
  const lines = fields.filter(([, value]) => value !== undefined && value !== '');
  return lines.map(([name, value]) => `${name}: ${value}\n`).join('');
}

/** "name > 1" as Debian says it: "name (>> 1)". */
function relation(text: string): string {
  return text.replace(/^(\S+)\s*([<>]=?|=)\s*(\S+)$/, (_all, name: string, sign: string, version: string) => {
    const debian = sign === '<' ? '<<' : sign === '>' ? '>>' : sign;
    return `${name} (${debian} ${version})`;
  });
}
