import { foundation } from './0001-foundation.ts';
import { signInRenewal } from './0002-sign-in-renewal.ts';
import { longerAndLater } from './0003-longer-and-later.ts';
import { housekeeping } from './0004-housekeeping.ts';
import { presence } from './0005-presence.ts';
import { nodes } from './0006-nodes.ts';

/** Every migration in order. One that has been released is never edited: the runner refuses a changed one. */
export const migrations: readonly { id: number; name: string; sql: string }[] = [
  { id: 1, name: 'foundation', sql: foundation },
  { id: 2, name: 'sign-in-renewal', sql: signInRenewal },
  { id: 3, name: 'longer-and-later', sql: longerAndLater },
  { id: 4, name: 'housekeeping', sql: housekeeping },
  { id: 5, name: 'presence', sql: presence },
  { id: 6, name: 'nodes', sql: nodes },
];
