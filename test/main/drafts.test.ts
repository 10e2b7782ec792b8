import { describe, expect, test } from 'vitest';
import { Drafts } from '../../main/drafts.ts';
import { firstState } from '../../main/state.ts';
import { Store } from '../../main/store.ts';
import { DEFAULT_SETTINGS } from '../../protocol/ipc/settings.ts';
import { erin } from './examples.ts';

const written = {
  asks: {},
  decisions: { 'req_000000000001 1': { open: 'deny', duration: null, note: '', denial: 'not now' } },
} as const;

function begin() {
  const store = new Store(firstState(DEFAULT_SETTINGS), (error) => {
    throw error;
  });
  const signIn = (id: string) =>
    store.apply({ kind: 'sign-in', signIn: { state: 'signed-in', person: { ...erin, id }, keptBy: 'memory' } });
  const signOut = () => store.apply({ kind: 'sign-in', signIn: { state: 'signed-out', problem: null } });
  return { store, drafts: new Drafts(store), signIn, signOut };
}

describe('what was written and not sent', () => {
  test('is there for the next window of the same person', () => {
    const { drafts, signIn } = begin();
    signIn('per_ana000000000');
    drafts.keep(written);
    signIn('per_ana000000000');
    expect(drafts.show()).toEqual(written);
  });

  test.each([
    ['a sign-out', (app: ReturnType<typeof begin>) => app.signOut()],
    ['another person', (app: ReturnType<typeof begin>) => app.signIn('per_bo0000000000')],
    ['the end of the app', (app: ReturnType<typeof begin>) => app.drafts.dispose()],
  ])('is gone after %s', (_name, act) => {
    const app = begin();
    app.signIn('per_ana000000000');
    app.drafts.keep(written);
    act(app);
    expect(app.drafts.show()).toEqual({ asks: {}, decisions: {} });
  });

  test('is not kept when it comes after the sign-out', () => {
    const { drafts } = begin();
    drafts.keep(written);
    expect(drafts.show()).toEqual({ asks: {}, decisions: {} });
  });
});
