/** Files to lay out: `from` (a file, a link or a folder's contents) becomes the absolute path `to`. */
export interface Mapping {
  from: string;
  to: string;
}

/** What is asked for: the part of fpm's command line that electron-builder and we use. */
export interface Order {
  format: 'deb' | 'rpm' | 'pacman';
  output: string;
  name: string;
  version: string;
  architecture: string;
  iteration?: string;
  description: string;
  summary?: string;
  maintainer: string;
  vendor?: string;
  url?: string;
  license?: string;
  category?: string;
  priority?: string;
  compression: string;
  depends: string[];
  recommends: string[];
  conflicts: string[];
  provides: string[];
  replaces: string[];
  configFiles: string[];
  /** Absolute paths that belong to the package with all folders in them. */
  directories: string[];
  /** Absolute paths left out. */
  exclude: string[];
  /** rpm only: mode and owner of a file, "4755,root,root". */
  attributes: Map<string, string>;
  /** rpm only: macros for rpmbuild. */
  defines: string[];
  scripts: Partial<Record<ScriptMoment, string>>;
  mappings: Mapping[];
}

export const SCRIPT_MOMENTS = ['before-install', 'after-install', 'before-remove', 'after-remove'] as const;
/** When a script of the package is run; its file is in `Order.scripts`. */
export type ScriptMoment = (typeof SCRIPT_MOMENTS)[number];

const LISTS = {
  '-d': 'depends',
  '--depends': 'depends',
  '--deb-recommends': 'recommends',
  '--conflicts': 'conflicts',
  '--provides': 'provides',
  '--replaces': 'replaces',
  '--config-files': 'configFiles',
  '--directories': 'directories',
  '--exclude': 'exclude',
  '--rpm-rpmbuild-define': 'defines',
} as const satisfies Record<string, keyof Order>;

const SINGLE = new Set([
  ...['-s', '-t', '--log', '--package', '--name', '--version', '--iteration', '--architecture', '--description'],
  ...['--maintainer', '--vendor', '--url', '--license', '--category', '--deb-priority', '--deb-compression'],
  ...['--rpm-summary', '--rpm-os', '--rpm-compression', '--pacman-compression'],
  ...SCRIPT_MOMENTS.map((moment) => `--${moment}`),
]);
const IGNORED = new Set(['--force', '-f', '--debug']);
const FORMATS = ['deb', 'rpm', 'pacman'] as const;

/** Reads fpm's command line. @throws on what it does not know: an option passed over would be missed in the package. */
export function parseOrder(args: readonly string[]): Order {
  const single = new Map<string, string>();
  const lists: Record<(typeof LISTS)[keyof typeof LISTS], string[]> = {
    ...{ depends: [], recommends: [], conflicts: [], provides: [], replaces: [] },
    ...{ configFiles: [], directories: [], exclude: [], defines: [] },
  };
  const attributes = new Map<string, string>();
  const mappings: Mapping[] = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [, name = arg, inline] = /^(--[a-z-]+)=(.*)$/s.exec(arg) ?? [];
    const value = (): string => {
      const given = inline ?? rest.shift();
      if (given === undefined) throw new Error(`fpm: ${name} needs a value.`);
      return given;
    };
    if (IGNORED.has(name)) continue;
    if (name in LISTS) lists[LISTS[name as keyof typeof LISTS]].push(value());
    else if (SINGLE.has(name)) single.set(name.replace(/^-+/, ''), value());
    else if (name === '--rpm-attr') addAttribute(attributes, value());
    else if (name.startsWith('-')) throw new Error(`fpm: there is no option ${name} here.`);
    else mappings.push(mappingOf(arg));
  }
  const required = (name: string): string => {
    const value = single.get(name);
    if (value === undefined || value === '') throw new Error(`fpm: --${name} is missing.`);
    return value;
  };
  const format = FORMATS.find((known) => known === single.get('t'));
  if (format === undefined) throw new Error(`fpm: cannot make ${single.get('t')}; there are ${FORMATS.join(', ')}.`);
  const optional = { ...optionals(single) };
  return {
    format,
    output: required('package'),
    name: required('name').toLowerCase(),
    version: required('version'),
    architecture: required('architecture'),
    description: required('description').trim(),
    maintainer: required('maintainer'),
    compression: single.get(`${format}-compression`) ?? 'xz',
    ...optional,
    ...lists,
    exclude: lists.exclude.map((path) => `/${path.replace(/^\/+/, '')}`),
    attributes,
    scripts: Object.fromEntries(SCRIPT_MOMENTS.flatMap((at) => (single.has(at) ? [[at, required(at)]] : []))),
    mappings,
  };
}

function optionals(single: ReadonlyMap<string, string>) {
  const names = {
    ...{ iteration: 'iteration', vendor: 'vendor', url: 'url', license: 'license', category: 'category' },
    ...{ priority: 'deb-priority', summary: 'rpm-summary' },
  } as const;
  const given = Object.entries(names).flatMap(([key, option]) => {
    const value = single.get(option);
    return value === undefined || value === '' ? [] : [[key, value]];
  });
  return Object.fromEntries(given) as Partial<Record<keyof typeof names, string>>;
}

/** "4755,root,root:/path" */
function addAttribute(attributes: Map<string, string>, text: string): void {
  const [, attribute = '', path = ''] = /^([0-7]{3,4},[a-z-]+,[a-z-]+):(\/.+)$/.exec(text) ?? [];
  if (path === '') throw new Error(`fpm: --rpm-attr wants MODE,USER,GROUP:/path and not ${text}.`);
  attributes.set(path, attribute);
}

function mappingOf(text: string): Mapping {
  const at = text.lastIndexOf('=');
  if (at < 1 || text[at + 1] !== '/') throw new Error(`fpm: "${text}" does not say SOURCE=/PATH.`);
  return { from: text.slice(0, at), to: text.slice(at + 1) };
}
