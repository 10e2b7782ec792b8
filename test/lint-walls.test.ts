// The walls of DESIGN's "who may import whom" stand in biome.json. Each line here is an import that must fail the check
// (or must pass it), so that a pattern that matches nothing shows.
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const WALLS = new Set([
  'lint/style/noRestrictedImports',
  'lint/style/noCommonJs',
  'lint/style/useNodejsImportProtocol',
]);

/** An importing file, and what it may not import. */
const FORBIDDEN: readonly (readonly [file: string, imports: readonly string[]])[] = [
  [
    'renderer/pages/access/x.tsx',
    [
      '../../../main/keys.ts',
      '../../../main/index.ts',
      '../../../preload/index.ts',
      '../../../backend/app.ts',
      '../../../protocol/ssh/certificate.ts',
      '../../../test/support/app.ts',
      '@sallyport/backend',
      'electron',
      'electron/renderer',
      'ssh2',
      'ssh2/lib/client.js',
      'electron-store',
      'node:fs',
      'node:fs/promises',
      'fs',
      'fastify',
      'zod',
    ],
  ],
  ['renderer/x.tsx', ['../main/keys.ts', '../backend/app.ts', 'node:net', 'electron']],
  ['preload/x.ts', ['../main/keys.ts', '../renderer/bridge.ts', '../backend/app.ts', 'ssh2', 'node:fs', 'zustand']],
  [
    'main/x.ts',
    [
      '../renderer/bridge.ts',
      '../preload/index.ts',
      '../backend/app.ts',
      '../scripts/build.ts',
      'electron',
      'electron/main',
      'ssh2',
      'ssh2/lib/client.js',
      'fastify',
      'react',
      'fs',
    ],
  ],
  ['main/keys.ts', ['electron', 'ssh2', '../renderer/bridge.ts']],
  ['main/grants/grants.ts', ['electron', 'ssh2', '../../backend/app.ts']],
  ['main/sign-in/sign-in.ts', ['electron', 'ssh2']],
  ['main/requests.ts', ['electron', 'ssh2']],
  ['main/app.ts', ['ssh2', '../renderer/bridge.ts', '../backend/app.ts', 'pg']],
  ['main/tray/tray.ts', ['ssh2', '../../renderer/bridge.ts']],
  ['main/terminal/shell.ts', ['electron', '../../renderer/bridge.ts', '../../backend/gateway/gateway.ts', 'pg']],
  ['backend/http/x.ts', ['ssh2', 'ssh2/lib/server.js', '../../main/keys.ts', '../../renderer/bridge.ts', 'electron']],
  ['backend/app.ts', ['ssh2', '../main/keys.ts', '../preload/index.ts', 'electron', 'electron-store', 'react']],
  ['backend/gateway/x.ts', ['../storage/database.ts', '../http/server.ts', '../auth/tokens.ts', '../../main/keys.ts']],
  [
    'backend/storage/x.ts',
    [
      '../http/server.ts',
      '../gateway/gateway.ts',
      '../requests/requests.ts',
      '../grants/grants.ts',
      '../auth/tokens.ts',
      '../events/feed.ts',
      'ssh2',
      '../../main/keys.ts',
    ],
  ],
  ['backend/audit/x.ts', ['../http/server.ts', '../grants/grants.ts', '../events/feed.ts', 'ssh2']],
  ['backend/policy/x.ts', ['../http/server.ts', '../requests/requests.ts', 'ssh2']],
  ['backend/requests/x.ts', ['../http/server.ts', '../gateway/gateway.ts', 'ssh2', 'electron']],
  ['backend/grants/x.ts', ['../http/server.ts', '../gateway/gateway.ts', 'ssh2']],
  ['backend/ca/x.ts', ['../http/server.ts', '../gateway/gateway.ts', 'ssh2']],
  ...['protocol/x.ts', 'protocol/api/x.ts', 'protocol/ipc/x.ts', 'protocol/model/x.ts', 'protocol/ssh/x.ts'].map(
    (file) => {
      const up = '../'.repeat(file.split('/').length - 1);
      const ours = ['main/keys.ts', 'preload/index.ts', 'renderer/bridge.ts', 'backend/app.ts', 'test/support/app.ts'];
      const io = ['node:fs', 'node:fs/promises', 'node:net', 'node:child_process', 'node:http', 'node:os', 'fs'];
      return [file, [...ours.map((path) => up + path), ...io, 'electron', 'ssh2', 'react', 'pg']] as const;
    },
  ),
];

/** What must go through, so that no wall is simply shut. */
const ALLOWED: typeof FORBIDDEN = [
  ['renderer/pages/access/x.tsx', ['react', 'react-dom/client', 'zustand', '@mantine/core', '@xterm/xterm']],
  ['renderer/pages/access/x.tsx', ['../../../protocol/ipc/bridge.ts', '../../protocol.ts', './access-page.tsx']],
  ['preload/x.ts', ['electron', '../protocol/ipc/bridge.ts']],
  ['main/keys.ts', ['node:crypto', '../protocol/ssh/certificate.ts', './state.ts']],
  ['main/index.ts', ['electron', './app.ts', 'node:path']],
  ['main/tray/tray.ts', ['electron', '../state.ts']],
  ['main/settings.ts', ['electron', 'electron-store']],
  ['main/terminal/shell.ts', ['ssh2', 'node:stream', '../grants/grants.ts', '../../protocol/time.ts']],
  ['backend/http/x.ts', ['fastify', 'node:http', '../requests/requests.ts', '../../protocol/api/routes.ts']],
  ['backend/gateway/x.ts', ['ssh2', 'node:net', './relay.ts', '../grants/grants.ts', '../../protocol/time.ts']],
  ['backend/storage/x.ts', ['kysely', 'pg', 'node:fs/promises', './tables.ts']],
  ['backend/requests/x.ts', ['../storage/database.ts', '../audit/append.ts', '../policy/access.ts']],
  ['protocol/model/x.ts', ['zod', 'node:crypto', '../errors.ts', './grant.ts']],
  ['test/x.ts', ['../main/keys.ts', '../backend/app.ts', 'ssh2', 'electron', 'dbus-next']],
];

/** Every way to bring another module in. Each is checked with each folder's first forbidden import. */
const FORMS: readonly (readonly [name: string, line: (from: string) => string])[] = [
  ['import', (from) => `import { a } from '${from}';`],
  ['import of a type', (from) => `import type { B } from '${from}';`],
  ['import for its effects', (from) => `import '${from}';`],
  ['export', (from) => `export { c } from '${from}';`],
  ['export of everything', (from) => `export * from '${from}';`],
  ['dynamic import', (from) => `void import('${from}');`],
  ['require', (from) => `require('${from}');`],
];

let folder: string;
/** `file:line` of every wall that the check found broken. */
const broken = new Set<string>();
/** Where each case stands, by file: one import a line, so that a finding's line names the case. */
const lines = new Map<string, string[]>();

function place(file: string, line: string): string {
  const all = lines.get(file) ?? [];
  lines.set(file, all);
  return `${file}:${all.push(line)}`;
}

const forbidden = FORBIDDEN.flatMap(([file, imports]) =>
  imports.map((from) => ({ file, from, at: place(file, `import '${from}';`) })),
);
const forms = FORBIDDEN.flatMap(([file, [first = '']]) =>
  FORMS.map(([form, line]) => ({ file, form, first, at: place(file, line(first)) })),
);
const allowed = ALLOWED.flatMap(([file, imports]) =>
  imports.map((from) => ({ file, from, at: place(file, `import '${from}';`) })),
);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-walls-'));
  for (const [file, text] of lines) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `${text.join('\n')}\n`);
  }
  await copyFile(join(ROOT, 'biome.json'), join(folder, 'biome.json'));
  const args = ['lint', '--reporter=github', '--max-diagnostics=none', '--vcs-enabled=false', '.'];
  const biome = promisify(execFile)(join(ROOT, 'node_modules/.bin/biome'), args, { cwd: folder, maxBuffer: 1 << 26 });
  const output = await biome.then(
    ({ stdout }) => stdout,
    (failed: { stdout: string }) => failed.stdout,
  );
  for (const [, rule = '', file = '', line] of output.matchAll(/^::error title=([^,]+),file=([^,]+),line=(\d+)/gm)) {
    if (WALLS.has(rule)) broken.add(`${file.slice(file.startsWith(folder) ? folder.length + 1 : 0)}:${line}`);
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the linter refuses', () => {
  test.each(forbidden)('$file → $from', ({ at }) => {
    expect([...broken]).toContain(at);
  });
  test.each(forms)('$file → $first by $form', ({ at }) => {
    expect([...broken]).toContain(at);
  });
});

describe('the linter lets through', () => {
  test.each(allowed)('$file → $from', ({ at }) => {
    expect([...broken]).not.toContain(at);
  });
});

test('no file goes round the walls by the type of an import, which the linter does not see', async () => {
  const { stdout } = await promisify(execFile)('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx'], {
    cwd: ROOT,
  });
  const product = stdout.split('\n').filter((file) => /^(main|preload|renderer|backend|protocol)\//.test(file));
  expect(product.length).toBeGreaterThan(50);
  for (const file of product) {
    const text = await readFile(join(ROOT, file), 'utf8').catch(() => '');
    expect(text, file).not.toMatch(/[:=<|&(,]\s*(typeof )?import\(['"][^'"]*['"]\)\./);
  }
});

test('no file switches a wall off for itself', async () => {
  const { stdout } = await promisify(execFile)('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx'], {
    cwd: ROOT,
  });
  for (const file of stdout.split('\n').filter(Boolean)) {
    const text = await readFile(join(ROOT, file), 'utf8').catch(() => '');
    expect(text, file).not.toMatch(/biome-ignore(-all)? lint\/style\/noRestricted[I]mports/);
  }
});
