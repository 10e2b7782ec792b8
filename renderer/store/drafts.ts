import { useEffect } from 'react';
import { create } from 'zustand';
import type { Drafts } from '../../protocol/ipc/drafts.ts';
import { send } from '../bridge.ts';
import { useSnapshot } from './snapshot.ts';

/** Until what is typed stands still this long, main is not told, ms. */
const STILL_MS = 250;

const NONE: Drafts = { asks: {}, decisions: {} };

/** What was written and not sent: leaving a page loses nothing, nor does main when it takes the hidden window down. */
const drafts = create<Drafts>(() => NONE);
let timer: ReturnType<typeof setTimeout> | undefined;

/** A part of them, as a page draws it. */
export const useDrafts = drafts;

/** Changes them, here at once and in main when typing pauses. */
export function changeDrafts(change: (now: Drafts) => Drafts): void {
  drafts.setState(change(drafts.getState()), true);
  clearTimeout(timer);
  timer = setTimeout(tellMain, STILL_MS);
}

/** Once for the popover: what main kept from the window before this one comes back; at a sign-out all of it goes. */
export function useKeptDrafts(): void {
  const me = useSnapshot((s) => (s.signIn.state === 'signed-in' ? s.signIn.person.id : undefined));
  useEffect(() => (me === undefined ? undefined : follow()), [me]);
}

function follow(): () => void {
  let wanted = true;
  void send('drafts.show', {}).then((result) => {
    if (!wanted || !result.ok) return;
    // What was written here meanwhile stands.
    const { asks, decisions } = drafts.getState();
    drafts.setState({
      asks: { ...result.value.asks, ...asks },
      decisions: { ...result.value.decisions, ...decisions },
    });
  });
  // A hidden window may be taken down at any moment.
  const hidden = () => {
    if (document.visibilityState === 'hidden' && timer !== undefined) tellMain();
  };
  document.addEventListener('visibilitychange', hidden);
  return () => {
    wanted = false;
    document.removeEventListener('visibilitychange', hidden);
    clearTimeout(timer);
    timer = undefined;
    drafts.setState(NONE, true);
  };
}

function tellMain(): void {
  clearTimeout(timer);
  timer = undefined;
  void send('drafts.keep', drafts.getState());
}
