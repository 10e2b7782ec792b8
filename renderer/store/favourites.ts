import { send } from '../bridge.ts';
import { currentSnapshot, useSnapshot } from './snapshot.ts';

/** The most favourites the settings take. */
const MOST = 200;

/** Names of the targets the person keeps at the top. */
export function useFavourites(): readonly string[] {
  return useSnapshot((s) => s.settings.favourites);
}

/** Makes a target a favourite, or no longer one. */
export function toggleFavourite(target: string): void {
  const { favourites } = currentSnapshot().settings;
  const without = favourites.filter((name) => name !== target);
  const next = without.length < favourites.length ? without : [...favourites, target].slice(-MOST);
  void send('settings.change', { favourites: next });
}
