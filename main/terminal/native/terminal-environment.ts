/** Set for Electron alone, or by the wrapper that unpacked the app: another program is not to see or load them. */
const OURS = /^(ELECTRON_|NODE_OPTIONS$|CHROME_DESKTOP$)/;
const OF_APPIMAGE = /^(APPDIR|APPIMAGE|ARGV0|OWD|LD_LIBRARY_PATH|GSETTINGS_SCHEMA_DIR)$/;

/** The environment of a terminal: the person's own, as if they had opened it themselves. */
export function terminalEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const wrapped = env.APPIMAGE !== undefined;
  const kept = Object.entries(env).filter(([name]) => !OURS.test(name) && !(wrapped && OF_APPIMAGE.test(name)));
  return Object.fromEntries(kept);
}
