import type { Configuration } from 'app-builder-lib';
import { FORMATS, type Platform } from './formats.ts';
import { EXECUTABLE } from './system-tree.ts';

/** Something that must be so in the configuration, whatever its schema allows. */
export interface Rule {
  /** What is wrong where it does not hold. */
  says: string;
  holds(config: Configuration): boolean;
}

const SECTIONS = { linux: 'linux', win32: 'win', darwin: 'mac' } as const;
/** electron-builder takes these from the environment; in a file they would be secrets in the repository. */
const SECRETS = /^(csc|certificate|.*password|.*secret|azureSignOptions|identity$|provisioningProfile)/i;

export const RULES: readonly Rule[] = [
  { says: 'the app must be in an archive', holds: ({ asar }) => asar === true },
  { says: 'archives must be checked', holds: ({ disableAsarIntegrity }) => disableAsarIntegrity !== true },
  ...lockedFuses(),
  { says: 'only English is kept', holds: ({ electronLanguages }) => String(electronLanguages) === 'en-US' },
  { says: 'electron-builder publishes nothing', holds: ({ publish }) => publish === null },
  { says: 'signing comes from the environment alone', holds: (config) => !hasSecret(config) },
  { says: 'the backend stays out', holds: ({ files }) => !/backend|test|docs/.test(JSON.stringify(files)) },
  ...(['linux', 'win32', 'darwin'] as const).map(allFormats),
  {
    says: `the program's name is ${EXECUTABLE}, because the backend's command has the shorter one`,
    holds: ({ linux }) => linux?.executableName === EXECUTABLE,
  },
  {
    says: 'sallyport:// opens the app',
    holds: ({ protocols }) => JSON.stringify(protocols).includes('"schemes":["sallyport"]'),
  },
  {
    says: 'one Windows installer serves the person and the computer',
    holds: ({ nsis }) => nsis?.oneClick === false && nsis.perMachine === false && nsis.allowElevation === true,
  },
  {
    says: 'the MSI is for the whole computer and keeps its upgrade code',
    holds: ({ msi }) => msi?.perMachine === true && /^[0-9A-F-]{36}$/.test(msi.upgradeCode ?? ''),
  },
  { says: 'removing the app leaves what people made', holds: ({ nsis }) => nsis?.deleteAppDataOnUninstall === false },
  {
    says: 'macOS: the runtime is hardened, with our entitlements',
    holds: ({ mac }) => mac?.hardenedRuntime === true && mac.entitlements === mac.entitlementsInherit,
  },
  { says: 'macOS: notarising is not switched off', holds: ({ mac }) => mac?.notarize !== false },
  { says: 'no two packages have the same name', holds: namesDiffer },
];

function lockedFuses(): Rule[] {
  const off = [
    ...['runAsNode', 'enableNodeOptionsEnvironmentVariable', 'enableNodeCliInspectArguments'],
    ...['grantFileProtocolExtraPrivileges', 'loadBrowserProcessSpecificV8Snapshot'],
  ];
  const on = ['enableCookieEncryption', 'enableEmbeddedAsarIntegrityValidation', 'onlyLoadAppFromAsar'];
  const rule = (fuse: string, wanted: boolean): Rule => ({
    says: `the fuse ${fuse} must be ${wanted ? 'on' : 'off'}`,
    holds: ({ electronFuses }) => (electronFuses as Record<string, unknown> | undefined)?.[fuse] === wanted,
  });
  return [...off.map((fuse) => rule(fuse, false)), ...on.map((fuse) => rule(fuse, true))];
}

function allFormats(platform: Platform): Rule {
  const wanted = FORMATS.filter((format) => format.platform === platform).map(({ name }) => name);
  return {
    says: `${platform} is packaged as ${wanted.join(', ')}`,
    holds: (config) =>
      String(
        targetsOf(config, platform)
          .map(({ target }) => target)
          .sort(),
      ) === String(wanted.sort()),
  };
}

function targetsOf(config: Configuration, platform: Platform): { target: string; arch: readonly string[] }[] {
  const targets = config[SECTIONS[platform]]?.target;
  if (!Array.isArray(targets)) return [];
  return targets.flatMap((one) =>
    typeof one === 'object' && one !== null ? [{ target: one.target, arch: [one.arch ?? []].flat() }] : [],
  );
}

function hasSecret(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => SECRETS.test(key) || hasSecret(inner));
}

/** nsis and portable are both .exe, so one pattern for all would let one overwrite the other. */
function namesDiffer(config: Configuration): boolean {
  const pattern = (one: { artifactName?: string | null } | null | undefined) =>
    one?.artifactName ?? config.artifactName;
  return pattern(config.nsis) !== pattern(config.portable) && pattern(config.nsis) !== undefined;
}
