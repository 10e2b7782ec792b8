import type { Notice } from '../notices.ts';
import type { AppState } from '../state.ts';

/** What a person is told of newer versions: once when one is ready, or when one waits for their word. Pure. */
export function updateNotice({ update }: AppState, { update: before }: AppState): Notice | undefined {
  if (update === before) return undefined;
  const destination = { page: 'settings', group: 'updates' } as const;
  if (update.state === 'ready') {
    const body = 'It is installed when Sallyport starts the next time. Click to restart it now.';
    return { key: `update-ready:${update.version}`, title: `Version ${update.version} is ready`, body, destination };
  }
  if (update.state === 'available' && update.installable) {
    const key = `update-available:${update.version}`;
    return { key, title: `Version ${update.version} is there`, body: 'Click to see what is new.', destination };
  }
  return undefined;
}
