import { useEffect } from 'react';
import { bridge } from '../bridge.ts';
import { AccessPage } from '../pages/access/access-page.tsx';
import { AskPage } from '../pages/ask/ask-page.tsx';
import { askAgain } from '../pages/ask/drafts.ts';
import { InboxPage } from '../pages/inbox/inbox-page.tsx';
import { RequestsPage } from '../pages/requests/requests-page.tsx';
import { SettingsPage } from '../pages/settings/settings-page.tsx';
import { SignInPage } from '../pages/sign-in/sign-in-page.tsx';
import { go, routeOf, useNavigation } from '../store/navigation.ts';
import { useSnapshot } from '../store/snapshot.ts';
import { ConnectionBanner } from './connection-banner.tsx';
import { Footer } from './footer.tsx';
import { modifierKey } from './hints.ts';
import { NavigationBar } from './navigation-bar.tsx';
import classes from './popover.module.css';
import { tabsFor } from './tabs.ts';
import { useFrameKeys } from './use-frame-keys.ts';

/** The window by the tray. */
export default function Popover() {
  const signedIn = useSnapshot((s) => s.signIn.state === 'signed-in');
  useEffect(
    () =>
      bridge.onNavigate((destination) => {
        if (destination.page === 'ask') askAgain(destination.requestId);
        else {
          const route = routeOf(destination);
          if (route !== null) go(route);
        }
      }),
    [],
  );
  return (
    <>
      {signedIn ? <SignedIn /> : <SignInPage />}
      <div className={classes.edge} />
    </>
  );
}

function SignedIn() {
  const snapshot = useSnapshot((s) => s);
  const tabs = tabsFor(snapshot);
  useFrameKeys(tabs);
  return (
    <div className={classes.frame}>
      <NavigationBar tabs={tabs} modifier={modifierKey(snapshot.platform)} />
      <ConnectionBanner />
      <Page />
      <Footer />
    </div>
  );
}

function Page() {
  const { route, visit } = useNavigation();
  switch (route.page) {
    case 'access':
      return <AccessPage key={visit} />;
    case 'ask':
      return <AskPage key={route.target} target={route.target} />;
    case 'requests':
      return <RequestsPage key={visit} focus={route.requestId} />;
    case 'inbox':
      return <InboxPage key={visit} focus={route.requestId} />;
    case 'settings':
      return <SettingsPage />;
    default:
      return route satisfies never;
  }
}
