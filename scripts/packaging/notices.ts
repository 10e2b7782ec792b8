import { NOTICE_RULE } from '../../protocol/notices.ts';
import { licenceTexts, type NpmPackage } from './npm-packages.ts';

/** Between two notices. */
export const RULE = NOTICE_RULE;

/**
 * The licence of every package in the app, in full. Electron's and Chromium's are files of their own, which Electron
 * brings: LICENSE.electron.txt and LICENSES.chromium.html beside the program (on macOS in Contents/Resources).
 * @throws when a package brings no licence text: somebody has to look at it
 */
export async function noticesOf(packages: readonly NpmPackage[], electronVersion: string): Promise<string> {
  const parts = await Promise.all(packages.map(noticeOf));
  return [
    'Sallyport is made with the work of others. Their licences follow.',
    '',
    `Electron ${electronVersion}, MIT: see LICENSE.electron.txt.`,
    'Chromium and what it is made of: see LICENSES.chromium.html.',
    '',
    ...parts,
    RULE,
    '',
  ].join('\n');
}

/** One package's licence in full. @throws when it brings no text */
export async function noticeOf(one: NpmPackage): Promise<string> {
  const texts = await licenceTexts(one);
  if (texts.length === 0) throw new Error(`${one.name} ${one.version} brings no licence text (${one.path}).`);
  const head = [`${one.name} ${one.version}`, one.license, ...(one.homepage === undefined ? [] : [one.homepage])];
  return [RULE, head.join('\n'), '', ...texts.map((text) => `${text}\n`)].join('\n');
}
