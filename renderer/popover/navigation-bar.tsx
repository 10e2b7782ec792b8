import { VisuallyHidden } from '@mantine/core';
import { IconInbox, IconListDetails, IconSettings, IconTerminal2 } from '@tabler/icons-react';
import { go, type Route, useNavigation } from '../store/navigation.ts';
import classes from './navigation-bar.module.css';
import type { TabPage } from './tabs.ts';
import { useWaitingCount } from './use-waiting-count.ts';
import { words } from './words.ts';

const ICONS = { access: IconTerminal2, requests: IconListDetails, inbox: IconInbox, settings: IconSettings };

/** The pages, with what waits on them. */
export function NavigationBar({ tabs, modifier }: { tabs: TabPage[]; modifier: string }) {
  const route = useNavigation((s) => s.route);
  const waiting = useWaitingCount();
  return (
    <nav className={classes.root} aria-label={words.navigation}>
      {tabs.map((page, index) => {
        const Icon = ICONS[page];
        return (
          <button
            type="button"
            key={page}
            className={classes.tab}
            aria-current={tabOf(route) === page ? 'page' : undefined}
            title={`${words.pages[page]}  ${modifier}${index + 1}`}
            onClick={() => go(routeTo(page))}
          >
            <Icon size={17} stroke={1.7} aria-hidden />
            <span className={classes.name}>{words.pages[page]}</span>
            {page === 'inbox' && waiting > 0 && (
              <span className={classes.badge}>
                <span aria-hidden>{waiting > 99 ? '99+' : waiting}</span>
                <VisuallyHidden>{words.waiting(waiting)}</VisuallyHidden>
              </span>
            )}
          </button>
        );
      })}
    </nav>
  );
}

/** Which tab a route stands under; a question of its own under none. */
function tabOf(route: Route): TabPage | null {
  if (route.page === 'quit' || route.page === 'join') return null;
  if (route.page === 'licences') return 'settings';
  return route.page === 'ask' ? 'access' : route.page;
}

/** Where a tab leads. */
export function routeTo(page: TabPage): Route {
  return page === 'requests' || page === 'inbox' ? { page, requestId: null } : { page };
}
