import { mkdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Page } from '@playwright/test';
import {
  approve,
  ask,
  goTo,
  grantOf,
  openFromNotification,
  openPopover,
  revoke,
  shellPid,
  terminalOf,
} from '../../test/support/acts.ts';
import type { Person } from '../../test/support/person.ts';
import { processGone } from '../../test/support/process-watch.ts';
import { filesWithSecrets } from '../../test/support/secret-scan.ts';
import type { TerminalPage } from '../../test/support/terminal-page.ts';
import { ROOT } from '../folders.ts';
import type { Timeline } from './timeline.ts';

/** What the story measures, in ms; null until it is. */
export interface Measures {
  /** From the press of Send to the approver's notification. */
  requestToNotificationMs: number | null;
  /** From the press of Approve to a prompt in the requester's terminal. */
  approveToShellMs: number | null;
  /** How far from the deadline the shell's process ended or the app said so, whichever was further. */
  expiryCutErrorMs: number | null;
  /** From the press of Revoke to the end of the shell's process, or of the app's word, whichever was later. */
  revokeToCutMs: number | null;
  /** Files of the apps (profile, home, temporary) with a private key or token in clear, at any of the looks. */
  keyFilesFound: number | null;
}

/** Longer than any step should take, ms. */
const PATIENCE_MS = 15_000;

/** Two people, two grants: one runs out, one is revoked. */
export class Story {
  readonly measures: Measures = {
    requestToNotificationMs: null,
    approveToShellMs: null,
    expiryCutErrorMs: null,
    revokeToCutMs: null,
    keyFilesFound: null,
  };
  readonly screenshots: string[] = [];
  readonly #requester: Person;
  readonly #approver: Person;
  readonly #timeline: Timeline;
  readonly #pictures: string;
  readonly #secretFiles = new Set<string>();

  constructor(requester: Person, approver: Person, timeline: Timeline, pictures: string) {
    this.#requester = requester;
    this.#approver = approver;
    this.#timeline = timeline;
    this.#pictures = pictures;
  }

  async run(): Promise<void> {
    await rm(this.#pictures, { recursive: true, force: true });
    await mkdir(this.#pictures, { recursive: true });
    await this.#signIn();
    await this.#runsOut();
    await this.#isRevoked();
    await this.#lookForSecrets();
  }

  async #signIn(): Promise<void> {
    for (const person of [this.#requester, this.#approver]) {
      const page = await openPopover(person);
      await page.getByRole('button', { name: 'Sign in with your browser' }).waitFor();
      if (person === this.#requester) await this.#picture(page, 'signed-out');
      await person.signIn();
      this.#tell('signed-in', person, 'signs in, in the browser, at the identity provider');
    }
    await this.#picture(this.#requester.browser.page, 'browser-after-sign-in');
    await this.#picture(await openPopover(this.#requester), 'access');
  }

  async #runsOut(): Promise<void> {
    const { endsAt, pid, terminal } = await this.#askUntilShell({
      target: 'staging-web',
      duration: '30s',
      reason: 'See why the nightly build fails',
    });
    await this.#lookForSecrets();
    const patience = endsAt - Date.now() + PATIENCE_MS;
    const [gone, ended] = await Promise.all([processGone(pid, patience), terminal.ended(patience)]);
    this.measures.expiryCutErrorMs = Math.max(Math.abs(gone - endsAt), Math.abs(ended.at - endsAt));
    this.#tell('expired', this.#requester, `reads: ${ended.sentence}`, {
      processGoneAfterDeadlineMs: gone - endsAt,
      saidAfterDeadlineMs: ended.at - endsAt,
    });
    await this.#picture(terminal.page, 'terminal-after-expiry');
  }

  async #isRevoked(): Promise<void> {
    const { pid, terminal } = await this.#askUntilShell({
      target: 'billing-app',
      duration: '15m',
      reason: 'Restart the invoice worker',
    });
    await terminal.type('while sleep 0.2; do date; done');
    await this.#picture(await goTo(this.#requester, 'Access'), 'access-with-live-grant');
    await this.#picture(await goTo(this.#approver, 'Inbox'), 'inbox-with-revocable-grant');
    const cut = Promise.all([processGone(pid, PATIENCE_MS), terminal.ended(PATIENCE_MS)]);
    const pressed = await revoke(this.#approver, this.#requester, 'Wrong server, ask for the other one');
    this.#tell('revoke', this.#approver, 'revokes it', {}, pressed);
    const [gone, ended] = await cut;
    this.measures.revokeToCutMs = Math.max(gone, ended.at) - pressed;
    this.#tell('revoked', this.#requester, `reads: ${ended.sentence}`, {
      processGoneMs: gone - pressed,
      saidMs: ended.at - pressed,
    });
    await this.#picture(terminal.page, 'terminal-after-revocation');
    await this.#picture(await goTo(this.#requester, 'Requests'), 'requests');
  }

  /** Asks, is approved from the notification, and has a shell. The slower of two rounds counts. */
  async #askUntilShell(wish: {
    target: string;
    duration: string;
    reason: string;
  }): Promise<{ endsAt: number; pid: number; terminal: TerminalPage }> {
    const [requester, approver] = [this.#requester, this.#approver];
    const from = approver.desktop.notifications.shown.length;
    const { sentAt, request } = await ask(requester, wish);
    this.#tell(
      'request',
      requester,
      `asks for ${request.login}@${wish.target} for ${wish.duration}: ${wish.reason}`,
      {},
      sentAt,
    );
    const notification = await openFromNotification(approver, requester, from);
    const requestToNotification = notification.at - sentAt;
    this.#tell(
      'notification',
      approver,
      `is told: ${notification.title}. ${notification.body}`,
      { afterMs: requestToNotification },
      notification.at,
    );
    await this.#picture(await approver.app.window('popover'), 'inbox-opened-by-notification');

    const pressed = await approve(approver, requester);
    this.#tell('approve', approver, 'approves it', {}, pressed);
    const terminal = await terminalOf(requester, request.id);
    const shellAt = await terminal.prompt();
    this.#tell('shell', requester, 'has a shell', { afterMs: shellAt - pressed }, shellAt);
    const pid = await shellPid(terminal);
    await terminal.type('uptime; id -un');
    await this.#picture(terminal.page, 'terminal');
    this.measures.requestToNotificationMs = Math.max(this.measures.requestToNotificationMs ?? 0, requestToNotification);
    this.measures.approveToShellMs = Math.max(this.measures.approveToShellMs ?? 0, shellAt - pressed);
    return { endsAt: (await grantOf(requester, request.id)).endsAt, pid, terminal };
  }

  async #lookForSecrets(): Promise<void> {
    const folders = [this.#requester, this.#approver].flatMap((person) => Object.values(person.app.folders));
    for (const { path, what } of await filesWithSecrets(folders)) this.#secretFiles.add(`${path}: ${what}`);
    this.measures.keyFilesFound = this.#secretFiles.size;
    this.#tell('secrets', undefined, `${this.#secretFiles.size} files with a key or token in clear`, {
      files: [...this.#secretFiles],
    });
  }

  async #picture(page: Page, name: string): Promise<void> {
    const number = String(this.screenshots.length + 1).padStart(2, '0');
    const path = join(this.#pictures, `${number}-${name}.png`);
    await page.screenshot({ path });
    this.screenshots.push(relative(ROOT, path));
  }

  #tell(
    event: string,
    who: Person | undefined,
    text: string,
    details: Record<string, unknown> = {},
    at?: number,
  ): void {
    this.#timeline.tell({ event, ...(who ? { who: who.name } : {}), text, ...details }, at);
  }
}
