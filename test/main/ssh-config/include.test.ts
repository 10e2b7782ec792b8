import { describe, expect, it } from 'vitest';
import { hasInclude, includeLine, withInclude, withoutInclude } from '../../../main/ssh-config/include.ts';

const PATH = '/home/erin/.config/Sallyport/ssh_config';
const LINE = `Include "${PATH}"`;
const COMMENT = '# Sallyport: lets ssh use live access. Switch it off in the settings of Sallyport.';
const HOST = 'Host web\n  User erin\n';

describe('the line', () => {
  it.each<[string, string]>([
    ['an empty file', ''],
    ['an ordinary file', HOST],
    ['a file whose last line has no end', 'Host web\n  User erin'],
    ['line ends of Windows', 'Host web\r\n  User erin\r\n'],
    ['empty lines at both ends', '\n\nHost web\n\n\n'],
    ['comments at the top', '# mine\n# and mine\nHost web\n'],
    ['a comment that is like ours', `${COMMENT}\nHost web\n`],
    ['other Include lines', 'Include config.d/*\nInclude "/somewhere else/ssh_config"\n'],
    ['bytes that are no UTF-8', '# caf\xe9 \xff\xfe\nHost web\n'],
    ['a byte order mark', '\xef\xbb\xbfHost web\n'],
    ['a NUL', '# \0\nHost web\n'],
    ['one very long line', `# ${'x'.repeat(100_000)}\nHost web`],
    ['old Mac line ends', 'Host web\rUser erin\r'],
    ['tabs and capitals', '\tHOST web\n\tuser erin\n'],
  ])('is put at the top of %s and taken out again without a trace', (_what, config) => {
    const changed = withInclude(config, PATH);
    const end = config.includes('\r\n') ? '\r\n' : '\n';
    expect(changed).toBe(`${COMMENT}${end}${LINE}${end}${config}`);
    expect(withInclude(changed, PATH)).toBe(changed);
    expect(hasInclude(changed, PATH)).toBe(true);
    expect(withoutInclude(changed, PATH)).toEqual({ config, madeForIt: false });
  });

  it('says that a file was made for it', () => {
    const changed = withInclude('', PATH, true);
    expect(changed).toContain('made this file');
    expect(withoutInclude(changed, PATH)).toEqual({ config: '', madeForIt: true });
    // Somebody wrote into it since: theirs stays.
    expect(withoutInclude(`${changed}${HOST}`, PATH)).toEqual({ config: HOST, madeForIt: true });
  });

  it.each<[string, string, string]>([
    ['wrote above it', `# first\n${COMMENT}\n${LINE}\n${HOST}`, `# first\n${HOST}`],
    ['wrote between comment and line', `${COMMENT}\n# why\n${LINE}\n${HOST}`, `${COMMENT}\n# why\n${HOST}`],
    ['deleted the comment', `${LINE}\n${HOST}`, HOST],
    ['wrote another comment', `# tool\n${LINE}\n${HOST}`, `# tool\n${HOST}`],
    ['indented it', `${COMMENT}\n   ${LINE}  \n${HOST}`, HOST],
    ['copied it', `${COMMENT}\n${LINE}\n${HOST}${COMMENT}\n${LINE}\n`, HOST],
    ['moved it to the end', `${HOST}${COMMENT}\n${LINE}`, HOST],
    ['changed the line ends', `${COMMENT}\r\n${LINE}\r\nHost web\r\n`, 'Host web\r\n'],
    ['took it out', HOST, HOST],
    ['wrote it out of force', `# ${LINE}\n${HOST}`, `# ${LINE}\n${HOST}`],
    [
      'has one of another profile',
      `${COMMENT}\nInclude "/other/ssh_config"\n`,
      `${COMMENT}\nInclude "/other/ssh_config"\n`,
    ],
    ['added a path to it', `${LINE} /other\n${HOST}`, `${LINE} /other\n${HOST}`],
  ])('is taken out of a file whose owner %s', (_what, config, rest) => {
    expect(withoutInclude(config, PATH).config).toBe(rest);
  });

  it.each([
    ['below a Host, where it would count for that host only', `${HOST}${LINE}\n`],
    ['below a Match', `Match all\n${LINE}\n`],
    ['below a Host written with =', `Host=web\n${LINE}\n`],
    ['in a comment', `# ${LINE}\n`],
  ])('is not in force %s, and is put at the top', (_what, config) => {
    expect(hasInclude(config, PATH)).toBe(false);
    const changed = withInclude(config, PATH);
    expect(changed.startsWith(`${COMMENT}\n${LINE}\n`)).toBe(true);
    expect(changed.split('\n').filter((line) => line.trim() === LINE)).toHaveLength(1);
  });

  it('is left where its owner moved it, as long as it counts for all hosts', () => {
    const config = `Include config.d/*\n${LINE}\n${HOST}`;
    expect(withInclude(config, PATH)).toBe(config);
  });

  it('holds a path with spaces and letters of other alphabets as its bytes', () => {
    const path = "/home/Zoë O'Neil/Library/Application Support/Sallyport/ssh_config";
    const written = Buffer.from(withInclude('', path), 'latin1').toString('utf8');
    expect(written).toContain(`Include "${path}"\n`);
    expect(withoutInclude(withInclude(HOST, path), path).config).toBe(HOST);
  });

  it.each(['"', '*', '?', '[', ']', '{', '}', '$', '%', '\\', '\n', '\r', '\t', '\0', '\x7f'])(
    'is not written for a path with %j',
    (character) => {
      expect(() => includeLine(`/home/e${character}rin/ssh_config`)).toThrow(/cannot include/);
    },
  );
});
