import { create } from 'zustand';
import type { Destination, SettingsGroup } from '../../protocol/ipc/bridge.ts';
import type { GrantId, RequestId } from '../../protocol/model/identity.ts';

/** What the popover shows. */
export type Route =
  /** `grant`: one of mine to look at, with its own question open. Nothing is done before it is answered. */
  | { page: 'access'; grant?: { id: GrantId; show: 'card' | 'extend' | 'release' } }
  /** `others`: further targets of the same ask. `amends`: a pending request of mine to change, whose target this is. */
  | { page: 'ask'; target: string; others?: readonly string[]; amends?: RequestId }
  | { page: 'requests'; requestId: RequestId | null }
  | { page: 'inbox'; requestId: RequestId | null }
  /** `leaving`: with the question whether to sign out. */
  | { page: 'settings'; group?: SettingsGroup | undefined; leaving?: boolean | undefined }
  /** With whose work the app is made. */
  | { page: 'licences' }
  /** A link asks to use the backend at this origin. */
  | { page: 'join'; address: string }
  /** `again`: and start again, into a newer version. */
  | { page: 'quit'; again?: boolean | undefined };

interface Navigation {
  route: Route;
  /** Grows with each visit, so that going where one already is still moves the focus. */
  visit: number;
  go(route: Route): void;
}

export const useNavigation = create<Navigation>((set) => ({
  route: { page: 'access' },
  visit: 0,
  go: (route) => set((now) => ({ route, visit: now.visit + 1 })),
}));

/** Shows a page. */
export function go(route: Route): void {
  useNavigation.getState().go(route);
}

/** Where main wants a popover to be; null for what other windows show. What fills in a form first is with the drafts. */
export function routeOf(destination: Exclude<Destination, { page: 'ask' | 'new' | 'template' }>): Route | null {
  switch (destination.page) {
    case 'home':
      return { page: 'access' };
    case 'inbox':
    case 'requests':
      return { page: destination.page, requestId: destination.requestId };
    case 'grant':
      return { page: 'access', grant: { id: destination.grantId, show: 'card' } };
    case 'extend':
    case 'release':
      return { page: 'access', grant: { id: destination.grantId, show: destination.page } };
    case 'target':
      return { page: 'ask', target: destination.target };
    case 'settings':
    case 'join':
    case 'quit':
      return destination;
    case 'terminal':
      return null;
    default:
      return destination satisfies never;
  }
}
