/** Gives the ids of external sessions: one row for native terminals and for what comes by the ssh configuration. */
export function externalSessionIds(): () => string {
  let last = 0;
  return () => {
    last += 1;
    return `ext-${last}`;
  };
}
