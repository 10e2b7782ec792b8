import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { NOTICE_RULE, readNotices } from '../../protocol/notices.ts';
import { noticesOf } from '../../scripts/packaging/notices.ts';

it('what packaging writes is read again, texts with rules and empty lines of their own too', async () => {
  const path = mkdtempSync(join(tmpdir(), 'sallyport-notices-'));
  const text = `First.\n\n\nSecond.\n${NOTICE_RULE}\nafter a rule of its own, at length`;
  writeFileSync(join(path, 'LICENSE'), text);
  const one = { name: '@scope/one', version: '1.0.0-beta.2', license: '(MIT OR Apache-2.0)', path, needs: [] };
  const two = { ...one, name: 'two', homepage: 'https://two.example' };
  const file = await noticesOf([one, two], '45.0.0');
  rmSync(path, { recursive: true });
  expect(readNotices(file)).toEqual([
    { name: '@scope/one', version: '1.0.0-beta.2', licence: '(MIT OR Apache-2.0)', homepage: '', text },
    { name: 'two', version: '1.0.0-beta.2', licence: '(MIT OR Apache-2.0)', homepage: 'https://two.example', text },
  ]);
});

it.each(['', 'no rule at all', `${NOTICE_RULE}\n`, `${NOTICE_RULE}\nno head of a package, only words\n`])(
  '%j holds no notice',
  (file) => expect(readNotices(file)).toEqual([]),
);
