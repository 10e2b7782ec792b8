import { type ComponentType, Fragment, useEffect } from 'react';
import { bridge } from '../bridge.ts';
import { later } from '../components/later.tsx';
import { AccessPage } from '../pages/access/access-page.tsx';
import { keyOf } from '../pages/ask/drafts.ts';
import { SignInPage } from '../pages/sign-in/sign-in-page.tsx';
import { Palette, PaletteHost } from '../palette/palette-host.tsx';
import { useKeptDrafts } from '../store/drafts.ts';
import { type Route, useNavigation } from '../store/navigation.ts';
import { useSnapshot } from '../store/snapshot.ts';
import { arrive } from './arrive.ts';
import { ConnectionBanner } from './connection-banner.tsx';
import { Footer } from './footer.tsx';
import { modifierKey } from './hints.ts';
import { NavigationBar } from './navigation-bar.tsx';
import { PageFocus } from './page-focus.tsx';
import classes from './popover.module.css';
import { type TabPage, tabsFor } from './tabs.ts';
import { UpdateLine } from './update-line.tsx';
import { useFrameKeys } from './use-frame-keys.ts';
import { whenIdle } from './when-idle.ts';

/*
 * The window opens on Access, or on the sign-in: whatever else there is comes when it is first wanted, or in the first
 * quiet moment after.
 */
const COMING = <div className={classes.coming} />;
const AskPage = later(async () => withFocus((await import('../pages/ask/ask-page.tsx')).AskPage), COMING);
const RequestsPage = later(
  async () => withFocus((await import('../pages/requests/requests-page.tsx')).RequestsPage),
  COMING,
);
const InboxPage = later(async () => withFocus((await import('../pages/inbox/inbox-page.tsx')).InboxPage), COMING);
const SettingsPage = later(
  async () => withFocus((await import('../pages/settings/settings-page.tsx')).SettingsPage),
  COMING,
);
const LicencesPage = later(
  async () => withFocus((await import('../pages/settings/licences-page.tsx')).LicencesPage),
  COMING,
);
const QuitPage = later(async () => withFocus((await import('../pages/quit/quit-page.tsx')).QuitPage), COMING);
const JoinPage = later(async () => withFocus((await import('../pages/join/join-page.tsx')).JoinPage), COMING);
const LATER = [AskPage, RequestsPage, InboxPage, SettingsPage, QuitPage, JoinPage, Palette];

function withFocus<P extends object>(Page: ComponentType<P>) {
  return (props: P) => (
    <>
      <Page {...props} />
      <PageFocus />
    </>
  );
}

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
        // One that cannot be fetched says so when it is wanted.
        for (const page of LATER) page.fetch().catch(() => undefined);
      }),
    [],
  );
  return (
    <>
      {signedIn ? <SignedIn /> : <SignedOut />}
      <PaletteHost window="popover" place={PLACE} />
      <div className={classes.edge} />
    </>
  );
}

/** The pages of somebody who is not signed in. */
const NO_TABS: readonly TabPage[] = [];

function SignedOut() {
  const { route, visit } = useNavigation();
  // Nobody can use another organisation either while it is not known what theirs has set.
  const usable = useSnapshot((s) => s.managed.problem === null);
  useFrameKeys(NO_TABS);
  if (route.page !== 'join' || !usable) return <SignInPage />;
  return (
    <div className={classes.frame}>
      <JoinPage key={visit} address={route.address} />
    </div>
  );
}

/** The settings say it themselves, and a question has the page to itself. */
const WITHOUT_UPDATE_LINE: ReadonlySet<Route['page']> = new Set(['settings', 'licences', 'join', 'quit']);

function SignedIn() {
  const snapshot = useSnapshot((s) => s);
  const tabs = tabsFor(snapshot);
  const page = useNavigation((s) => s.route.page);
  useFrameKeys(tabs);
  return (
    <div className={classes.frame}>
      <NavigationBar tabs={tabs} modifier={modifierKey(snapshot.platform)} />
      <ConnectionBanner />
      <Page />
      {!WITHOUT_UPDATE_LINE.has(page) && <UpdateLine />}
      <Footer />
    </div>
  );
}

function Page() {
  const { route, visit } = useNavigation();
  switch (route.page) {
    case 'access':
      return (
        <Fragment key={visit}>
          <AccessPage />
          <PageFocus />
        </Fragment>
      );
    case 'ask':
      return <AskPage key={keyOf(route)} asking={route} />;
    case 'requests':
      return <RequestsPage key={visit} focus={route.requestId} />;
    case 'inbox':
      return <InboxPage key={visit} focus={route.requestId} />;
    case 'settings':
      return <SettingsPage key={visit} group={route.group} leaving={route.leaving} />;
    case 'licences':
      return <LicencesPage key={visit} />;
    case 'join':
      return <JoinPage key={visit} address={route.address} />;
    case 'quit':
      return <QuitPage key={visit} again={route.again === true} />;
    default:
      return route satisfies never;
  }
}
