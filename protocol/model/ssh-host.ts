import type { Grant } from './grant.ts';

type Named = Pick<Grant, 'id' | 'login' | 'target'>;

/**
 * Under which host names live grants stand in the ssh configuration: "billing-app.sallyport" as long as that means only
 * one of them, and always "deploy.billing-app.sallyport". The ending keeps them apart from the person's own hosts. Pure.
 * @param grants one for each login on each target
 * @returns grant id → its names, the shortest first, never none
 */
export function sshHostNames(grants: readonly Named[]): Map<string, string[]> {
  const wished = grants.map(({ id, login, target }) => {
    return { id, names: [`${target.name}.sallyport`, `${login}.${target.name}.sallyport`] };
  });
  const count = new Map<string, number>();
  for (const name of wished.flatMap(({ names }) => names)) count.set(name, (count.get(name) ?? 0) + 1);
  return new Map(
    wished.map(({ id, names }) => {
      const own = names.filter((name) => count.get(name) === 1);
      // A login and a target with dots in their names can read like another target.
      return [id, own.length > 0 ? own : [`${id}.sallyport`]];
    }),
  );
}
