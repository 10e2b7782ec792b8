import type { Locator, Page } from '@playwright/test';
import type { Bridge } from '../../protocol/ipc/bridge.ts';
import type { Snapshot } from '../../protocol/ipc/snapshot.ts';
import type { Grant } from '../../protocol/model/grant.ts';
import type { AccessRequest } from '../../protocol/model/request.ts';
import { clickAndTell } from './clicks.ts';
import type { ShownNotification } from './desktop/notification-server.ts';
import type { Person } from './person.ts';
import { TerminalPage } from './terminal-page.ts';

/** What a person asks for, as they type it. */
export interface Wish {
  target: string;
  /** "30s", "15m". */
  duration: string;
  reason: string;
  /** Whether the box "Open a terminal when approved" is left ticked. */
  openTerminal?: boolean;
}

/** What the person's app knows now: what its pages are drawn from. */
export async function snapshotOf(person: Person): Promise<Snapshot> {
  const popover = await person.app.window('popover');
  const result = await popover.evaluate(() =>
    (window as unknown as { sallyport: Bridge }).sallyport.commands['snapshot.show']({}),
  );
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/** Opens the popover by a click on the tray icon, if it is not open. */
export async function openPopover(person: Person): Promise<Page> {
  const page = await person.app.window('popover');
  const visible = await person.app.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().some((w) => w.webContents.getURL().endsWith('#popover') && w.isVisible()),
  );
  if (!visible) await (await person.desktop.tray.item()).click();
  return page;
}

/** Goes to a page of the popover by its tab. */
export async function goTo(person: Person, tab: 'Access' | 'Requests' | 'Inbox' | 'Settings'): Promise<Page> {
  const page = await openPopover(person);
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: tab }).click();
  // A page that is shown for the first time is fetched first.
  await page.getByRole('heading', { name: tab, exact: true }).waitFor();
  return page;
}

/** Fills in the form and sends it. Returns when Send was pressed (epoch ms) and the request. */
export async function ask(person: Person, wish: Wish): Promise<{ sentAt: number; request: AccessRequest }> {
  const before = new Set((await snapshotOf(person)).requests.map((r) => r.id));
  const page = await fillIn(person, wish);
  const sentAt = await clickAndTell(page.getByRole('button', { name: 'Send request' }));
  await page.getByRole('heading', { name: 'Access', exact: true }).waitFor();
  const request = (await snapshotOf(person)).requests.find((r) => !before.has(r.id));
  if (!request) throw new Error('The request was not sent.');
  return { sentAt, request };
}

/** Fills in the form and leaves it there. */
export async function fillIn(person: Person, wish: Wish): Promise<Page> {
  const page = await goTo(person, 'Access');
  await page.getByRole('option', { name: new RegExp(`^${wish.target}`) }).click();
  await page.getByRole('textbox', { name: 'How long, exactly' }).fill(wish.duration);
  await page.getByRole('textbox', { name: 'Reason' }).fill(wish.reason);
  await page.getByRole('checkbox', { name: 'Open a terminal when approved' }).setChecked(wish.openTerminal ?? true);
  return page;
}

/** Picks several targets and fills in the one form for all of them; no terminals when approved. */
export async function fillInForSeveral(person: Person, targets: readonly string[], wish: Omit<Wish, 'target'>) {
  const page = await goTo(person, 'Access');
  await page.getByRole('button', { name: 'Ask for several' }).click();
  for (const target of targets) await page.getByRole('option', { name: new RegExp(`^${target}`) }).click();
  await page.getByRole('button', { name: `Ask for ${targets.length} targets` }).click();
  await page.getByRole('textbox', { name: 'How long, exactly' }).fill(wish.duration);
  await page.getByRole('textbox', { name: 'Reason' }).fill(wish.reason);
  const box = page.getByRole('checkbox', { name: 'Open terminals when approved' });
  await box.setChecked(wish.openTerminal ?? false);
  return page;
}

/** The cards of the approver's inbox that wait and say this: whose they are, what is asked for, a target. */
export function waitingCards(page: Page, text: string | RegExp): Locator {
  return page.locator('[data-card]').filter({ hasText: text });
}

/** The notification of a new request, and a click on it: the inbox opens there. */
export async function openFromNotification(approver: Person, requester: Person, from = 0): Promise<ShownNotification> {
  const shown = await approver.desktop.notifications.first((n) => n.title.startsWith(`${requester.name} asks`), {
    from,
  });
  approver.desktop.notifications.click(shown);
  await (await approver.app.window('popover')).getByRole('heading', { name: 'Inbox', exact: true }).waitFor();
  return shown;
}

/** Approves the one request that waits from this person. Returns when the button was pressed, epoch ms. */
export async function approve(approver: Person, requester: Person): Promise<number> {
  const page = await approver.app.window('popover');
  const card = page.getByRole('listitem').filter({ hasText: requester.name });
  return clickAndTell(card.getByRole('button', { name: /^Approve/ }).first());
}

/** Revokes the one live grant of this person, with a reason. Returns when the button was pressed, epoch ms. */
export async function revoke(approver: Person, requester: Person, reason: string): Promise<number> {
  const page = await goTo(approver, 'Inbox');
  await page.getByRole('button', { name: new RegExp(`^Revoke… ${requester.name}`) }).click();
  await page.getByRole('textbox', { name: /^Why\?/ }).fill(reason);
  return clickAndTell(page.getByRole('button', { name: 'Revoke now' }));
}

/**
 * The terminal window, once the newest terminal of this request's grant is in front: until then another may be, whose
 * screen looks just as ready.
 */
export async function terminalOf(person: Person, requestId: string): Promise<TerminalPage> {
  const page = await person.app.window('terminal');
  const id = await page.evaluate(async (wanted) => {
    const { commands, onSnapshot } = (window as unknown as { sallyport: Bridge }).sallyport;
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        const stop = onSnapshot(() => {
          stop();
          resolve();
        });
      });
      const result = await commands['snapshot.show']({});
      if (!result.ok) throw new Error(result.error.message);
      const { grants, terminals } = result.value;
      const grantId = grants.find(({ grant }) => grant.requestId === wanted)?.grant.id;
      const terminal = terminals.findLast((t) => t.grantId === grantId && t.status.state === 'open');
      if (terminal) return terminal.id;
      await changed;
    }
  }, requestId);
  await page.locator(`[data-tab="${id}"][aria-current]`).waitFor();
  return new TerminalPage(page);
}

/** The process id of the shell in the terminal in front, as the shell itself says once it waits for a command. */
export async function shellPid(terminal: TerminalPage): Promise<number> {
  await terminal.prompt();
  await terminal.type('echo "shell is $$."');
  const { groups } = await terminal.shows(/shell is (\d+)\./);
  return Number(groups[0]);
}

/** The grant that came of a request, once this app knows it. */
export async function grantOf(person: Person, requestId: string): Promise<Grant> {
  const held = (await snapshotOf(person)).grants.find((g) => g.grant.requestId === requestId);
  if (!held) throw new Error(`There is no grant of ${requestId} yet.`);
  return held.grant;
}

/** How a request stands, as this app knows it. */
export async function stateOf(person: Person, requestId: string): Promise<AccessRequest['state'] | undefined> {
  const { requests, inbox } = await snapshotOf(person);
  return [...requests, ...inbox].find((r) => r.id === requestId)?.state;
}
