import type { Snapshot } from '../../../protocol/ipc/snapshot.ts';
import { isLiveInApp } from '../../../protocol/model/grant.ts';
import { quitQuestion } from '../quit/question.ts';

/** What following a join link would mean here. */
export type Joining =
  /** It is the backend that is used already: nothing is to be changed. */
  | { kind: 'same'; orgName: string; signedIn: boolean }
  /** The organisation says which one is used. */
  | { kind: 'managed' }
  /** Nobody is signed in; `instead` is the backend that is forgotten, '' when there is none. */
  | { kind: 'new'; instead: string }
  /** Signs out of another one: so many keys are destroyed, so many sessions cut on those targets. */
  | { kind: 'leaves'; orgName: string; address: string; grants: number; sessions: number; targets: string[] };

type Known = Pick<
  Snapshot,
  'settings' | 'managed' | 'signIn' | 'orgName' | 'terminals' | 'externalSessions' | 'grants'
>;

/** @param now the backend's time, epoch ms */
export function joiningAt(address: string, snapshot: Known, now: number): Joining {
  const { settings, managed, orgName } = snapshot;
  const { backendAddress } = settings;
  const signedIn = snapshot.signIn.state === 'signed-in';
  if (address === backendAddress) return { kind: 'same', orgName, signedIn };
  if (managed.enforced.includes('backendAddress')) return { kind: 'managed' };
  if (!signedIn) return { kind: 'new', instead: backendAddress };
  const { sessions, targets } = quitQuestion(snapshot, now);
  const grants = snapshot.grants.filter((held) => isLiveInApp(held.grant, now)).length;
  return { kind: 'leaves', orgName, address: backendAddress, grants, sessions, targets };
}
