// The first run of the app, and links to join an organisation, in the real app against a real backend.

import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openPopover, snapshotOf } from '../support/acts.ts';
import { linkClicks } from '../support/desktop/links.ts';
import { Person } from '../support/person.ts';
import { type Stack, startStack } from '../support/stack.ts';

let stack: Stack;
let erin: Person;
const executable = inject('executable');
const display = inject('display');
const followLink = linkClicks(
  () => erin,
  () => display,
);
/** The same backend by another name: to the app another one. */
const byName = () => stack.backend.address.replace('127.0.0.1', 'localhost');

beforeAll(async () => {
  stack = await startStack();
  erin = await Person.start('Erin Okafor', { executable, display, backend: '' });
});

afterAll(async () => {
  await erin?.dispose();
  await stack?.dispose();
});

async function followJoinLink(address: string): Promise<Page> {
  await followLink(`sallyport://join?org=${encodeURIComponent(address)}`);
  return erin.app.window('popover');
}
const backendOf = async () => (await snapshotOf(erin)).settings.backendAddress;

describe('a first run', () => {
  test('asks for the organisation, keeps what was typed where nobody answers, and remembers one that does', async () => {
    const page = await openPopover(erin);
    const field = page.getByRole('textbox', { name: 'Address of your organisation' });
    // A port where nothing listens: it is nobody's service.
    await field.fill('http://127.0.0.1:1');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await field.inputValue()).toBe('http://127.0.0.1:1');
    expect(await backendOf()).toBe('');
    await field.fill(stack.backend.address);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Sign in with your browser' }).waitFor();
    expect(await backendOf()).toBe(stack.backend.address);
    await erin.signIn();
  });
});

describe('a link to join', () => {
  test('to where one is signed in offers to go on, and changes nothing', async () => {
    const page = await followJoinLink(stack.backend.address);
    await page.getByRole('heading', { name: 'You use this organisation already' }).first().waitFor();
    await page.getByRole('button', { name: 'Go on', exact: true }).click();
    expect((await snapshotOf(erin)).signIn.state).toBe('signed-in');
  });

  test('elsewhere is left alone by Enter and by Esc', async () => {
    const page = await followJoinLink(byName());
    await page.getByText('You are signed out of').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('You are signed out of').waitFor({ state: 'detached' });
    await followJoinLink(byName());
    await page.getByText('You are signed out of').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('You are signed out of').waitFor({ state: 'detached' });
    expect((await snapshotOf(erin)).signIn.state).toBe('signed-in');
    expect(await backendOf()).toBe(stack.backend.address);
  });

  test('elsewhere is followed by a click: signed out here, to sign in there', async () => {
    const page = await followJoinLink(byName());
    await page.getByRole('button', { name: 'Sign out and use it' }).click();
    await page.getByRole('button', { name: 'Sign in with your browser' }).waitFor();
    expect(await backendOf()).toBe(byName());
    expect((await snapshotOf(erin)).signIn.state).toBe('signed-out');
  });

  test('is asked about by whoever is signed out, too', async () => {
    const page = await followJoinLink(stack.backend.address);
    await page.getByText('This app forgets').waitFor();
    await page.getByRole('button', { name: 'Use this organisation' }).click();
    await page.getByRole('button', { name: 'Sign in with your browser' }).waitFor();
    expect(await backendOf()).toBe(stack.backend.address);
  });
});
