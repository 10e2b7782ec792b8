import { lazy, Suspense, useEffect } from 'react';
import { bridge } from '../bridge.ts';
import { AccessPage } from '../pages/access/access-page.tsx';
import { keyOf } from '../pages/ask/drafts.ts';
import { SignInPage } from '../pages/sign-in/sign-in-page.tsx';
import { PaletteHost } from '../palette/palette-host.tsx';
import { useKeptDrafts } from '../store/drafts.ts';
import { useNavigation } from '../store/navigation.ts';
import { useSnapshot } from '../store/snapshot.ts';
import { arrive } from './arrive.ts';
import { ConnectionBanner } from './connection-banner.tsx';
import { Footer } from './footer.tsx';
import { modifierKey } from './hints.ts';
import { NavigationBar } from './navigation-bar.tsx';
import classes from './popover.module.css';
import { tabsFor } from './tabs.ts';
import { useFrameKeys } from './use-frame-keys.ts';
import { usePageFocus } from './use-page-focus.ts';
import { whenIdle } from './when-idle.ts';

/*
 * The window opens on Access, or on the sign-in: whatever else there is comes when it is first wanted, or in the first
 * quiet moment after.
 */
const later = {
  ask: () => import('../pages/ask/ask-page.tsx'),
  requests: () => import('../pages/requests/requests-page.tsx'),
  inbox: () => import('../pages/inbox/inbox-page.tsx'),
  settings: () => import('../pages/settings/settings-page.tsx'),
  quit: () => import('../pages/quit/quit-page.tsx'),
  palette: () => import('../palette/palette.tsx'),
};
const AskPage = lazy(async () => ({ default: (await later.ask()).AskPage }));
const RequestsPage = lazy(async () => ({ default: (await later.requests()).RequestsPage }));
const InboxPage = lazy(async () => ({ default: (await later.inbox()).InboxPage }));
const SettingsPage = lazy(async () => ({ default: (await later.settings()).SettingsPage }));
const QuitPage = lazy(async () => ({ default: (await later.quit()).QuitPage }));

/** Where what the palette shows is shown. */
const PLACE = { show: arrive };

/** The window by the tray. */
export default function Popover() {
  const signedIn = useSnapshot((s) => s.signIn.state === 'signed-in');
  useKeptDrafts();
  useEffect(() => bridge.onNavigate(arrive), []);
  useEffect(
    () =>
      whenIdle(() => {
        for (const load of Object.values(later)) void load();
      }),
    [],
  );
  return (
    <>
      {signedIn ? <SignedIn /> : <SignInPage />}
      <PaletteHost window="popover" place={PLACE} />
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
      <Suspense fallback={<div className={classes.coming} />}>
        <Page />
      </Suspense>
      <Footer />
    </div>
  );
}

function Page() {
  const { route, visit } = useNavigation();
  usePageFocus(visit);
  switch (route.page) {
    case 'access':
      return <AccessPage key={visit} />;
    case 'ask':
      return <AskPage key={keyOf(route)} asking={route} />;
    case 'requests':
      return <RequestsPage key={visit} focus={route.requestId} />;
    case 'inbox':
      return <InboxPage key={visit} focus={route.requestId} />;
    case 'settings':
      return <SettingsPage key={visit} group={route.group} leaving={route.leaving} />;
    case 'quit':
      return <QuitPage key={visit} />;
    default:
      return route satisfies never;
  }
}
