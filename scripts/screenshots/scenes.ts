import type { Scene } from './scene.ts';
import { accessScenes } from './scenes/access.ts';
import { askScenes } from './scenes/ask.ts';
import { fileScenes } from './scenes/files.ts';
import { firstRunScenes } from './scenes/first-run.ts';
import { frameScenes } from './scenes/frame.ts';
import { inboxScenes } from './scenes/inbox.ts';
import { joinScenes } from './scenes/join.ts';
import { managedScenes } from './scenes/managed.ts';
import { requestsScenes } from './scenes/requests.ts';
import { settingsScenes } from './scenes/settings.ts';
import { terminalScenes } from './scenes/terminal.ts';
import { updateScenes } from './scenes/updates.ts';

/** Every page in every state that is worth a look. */
export const scenes: readonly Scene[] = [
  ...accessScenes,
  ...askScenes,
  ...inboxScenes,
  ...requestsScenes,
  ...settingsScenes,
  ...managedScenes,
  ...updateScenes,
  ...firstRunScenes,
  ...joinScenes,
  ...frameScenes,
  ...terminalScenes,
  ...fileScenes,
];
