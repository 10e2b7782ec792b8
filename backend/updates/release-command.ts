import { nearest } from '../cli/nearest.ts';
import { WrongUsage } from '../cli/wrong-usage.ts';

type Act = (words: readonly string[]) => Promise<void>;

/** Loaded when they are called for. */
const ACTS: Readonly<Record<string, () => Promise<Act>>> = {
  keygen: async () => (await import('./release/keygen.ts')).runKeygen,
  publish: async () => (await import('./release/publish.ts')).runPublish,
  rollout: async () => (await import('./release/change.ts')).runRollout,
  pause: async () => {
    const { runPause } = await import('./release/change.ts');
    return (words) => runPause(words, true);
  },
  resume: async () => {
    const { runPause } = await import('./release/change.ts');
    return (words) => runPause(words, false);
  },
  rotate: async () => (await import('./release/change.ts')).runRotate,
  renew: async () => (await import('./release/change.ts')).runRenew,
  show: async () => (await import('./release/show.ts')).runShow,
  tidy: async () => (await import('./release/tidy-command.ts')).runTidy,
};

/** For `sallyport help release`. */
export const RELEASE_USAGE: readonly string[] = [
  'release keygen --out FILE [--passphrase-file FILE]',
  'release publish --key FILE --to FOLDER|URL --version 1.2.3 [--channel stable|beta] [--rollout 10] [--expires 30d]',
  '    [--notes-file FILE] [--artefact FILE=linux/x64/deb]… [--allow-same] [--anew] INSTALLER…',
  'release rollout PERCENT --key FILE --to FOLDER|URL [--channel stable|beta]',
  'release pause | resume --key FILE --to FOLDER|URL [--channel stable|beta]',
  'release renew --key FILE --to FOLDER|URL [--channel stable|beta] [--expires 30d]',
  'release rotate --key FILE --to FOLDER|URL [--add PUBLIC-KEY|FILE]… [--remove ID]…',
  'release show --to FOLDER|URL [--trust FILE] [--json]',
  'release tidy --to FOLDER [--grace 7d]',
  '    Each that signs takes --key several times, --passphrase-file FILE and --trust FILE too, and --for URL for each',
  '    address of the backend whose apps it is for: that of --to, or as published before, when it is left out.',
];

/** `sallyport release …`: makes, signs and publishes the app's updates. @throws WrongUsage, AppError */
export async function runRelease([name, ...words]: readonly string[]): Promise<void> {
  const acts = Object.keys(ACTS);
  if (name === undefined) throw new WrongUsage(`Say what to do: sallyport release ${acts.join(' | ')}.`);
  const act = Object.hasOwn(ACTS, name) ? ACTS[name] : undefined;
  if (!act) {
    const near = nearest(name, acts);
    throw new WrongUsage(`There is no "release ${name}"; ${near ? `did you mean "${near}"?` : acts.join(', ')}`);
  }
  await (await act())(words);
}
