import { app } from 'electron';
import { LINK_SCHEME } from './deep-link.ts';

/** Starts this app once more as soon as it has ended, as it was started; a link was followed once already. */
export function startThisAgain(): void {
  const args = process.argv.slice(1).filter((argument) => !argument.startsWith(`${LINK_SCHEME}:`));
  // An AppImage runs from a place that is gone after it ends.
  const { APPIMAGE } = process.env;
  app.relaunch({ args, ...(APPIMAGE === undefined ? {} : { execPath: APPIMAGE }) });
}
