import type { Destination } from '../../protocol/ipc/bridge.ts';
import { askAgain, askByLink, askByTemplate } from '../pages/ask/drafts.ts';
import { go, routeOf } from '../store/navigation.ts';
import { currentSnapshot } from '../store/snapshot.ts';

/** Shows what main, or the command palette, leads to. Nothing is done there before a click of its own. */
export function arrive(destination: Destination): void {
  if (destination.page === 'ask') askAgain(destination.requestId);
  else if (destination.page === 'new') askByLink(destination);
  else if (destination.page === 'template') {
    const template = currentSnapshot().settings.templates.find((t) => t.name === destination.name);
    if (template === undefined) go({ page: 'access' });
    else askByTemplate(template);
  } else {
    const route = routeOf(destination);
    if (route !== null) go(route);
  }
}
