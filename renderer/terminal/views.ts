import { create } from 'zustand';
import type { Failure } from '../../protocol/errors.ts';
import type { Link } from './links.ts';
import type { Look } from './look.ts';
import { TerminalView } from './terminal-view.ts';

interface PaneNotes {
  /** A paste that waits for the person's word. */
  riskyPaste: string | null;
  /** Why the page could not attach. */
  failure: Failure | null;
  /** Under the pointer. */
  hovered: Link | null;
  /** A link that waits for the person's word. */
  link: Link | null;
  searching: boolean;
  /** `index` is -1 when there are too many to count which one it is. */
  found: { index: number; count: number };
  /** How often the bell has rung, and was to be seen. */
  bells: number;
  /** Where the menu was asked for, in pixels of the window. */
  menu: { x: number; y: number } | null;
}

const NOTHING_FOUND = { index: -1, count: 0 };
const NONE: PaneNotes = {
  riskyPaste: null,
  failure: null,
  hovered: null,
  link: null,
  searching: false,
  found: NOTHING_FOUND,
  bells: 0,
  menu: null,
};

const notes = create<{ byId: Record<string, PaneNotes> }>(() => ({ byId: {} }));
const views = new Map<string, TerminalView>();

/** The view of a terminal, made when it is first asked for. */
export function viewOf(id: string, look: Look): TerminalView {
  const known = views.get(id);
  if (known !== undefined) return known;
  const view = new TerminalView(id, look, {
    onRiskyPaste: (text) => note(id, { riskyPaste: text }),
    onFailure: (failure) => note(id, { failure }),
    onHover: (hovered) => note(id, { hovered }),
    onLink: (link) => note(id, { link }),
    onBell: () => note(id, { bells: notesOf(id).bells + 1 }),
    onFound: (found) => note(id, { found }),
  });
  views.set(id, view);
  return view;
}

/** The view of a terminal if it is drawn. */
export function drawnView(id: string | undefined): TerminalView | undefined {
  return id === undefined ? undefined : views.get(id);
}

/** Disposes the views of terminals that are gone. */
export function keepOnly(ids: readonly string[]): void {
  for (const [id, view] of views) {
    if (ids.includes(id)) continue;
    view.dispose();
    views.delete(id);
    notes.setState(({ byId: { [id]: _gone, ...rest } }) => ({ byId: rest }));
  }
}

/** What a pane has to say of itself, beyond main's snapshot. */
export function useNotes(id: string): PaneNotes {
  return notes((s) => s.byId[id]) ?? NONE;
}

/** Settles a paste that waited. */
export function settlePaste(id: string, paste: boolean): void {
  const text = notesOf(id).riskyPaste;
  note(id, { riskyPaste: null });
  const view = views.get(id);
  if (paste && text !== null) view?.pasteAnyway(text);
  view?.focus();
}

/** The link that waited is opened, or not: either way it waits no more. */
export function settleLink(id: string): void {
  note(id, { link: null });
  views.get(id)?.focus();
}

export function startSearch(id: string): void {
  note(id, { searching: true });
}

export function endSearch(id: string): void {
  note(id, { searching: false, found: NOTHING_FOUND });
  views.get(id)?.search.end();
  views.get(id)?.focus();
}

export function showMenu(id: string, at: { x: number; y: number }): void {
  note(id, { menu: at });
}

export function hideMenu(id: string): void {
  note(id, { menu: null });
}

function notesOf(id: string): PaneNotes {
  return notes.getState().byId[id] ?? NONE;
}

function note(id: string, part: Partial<PaneNotes>): void {
  notes.setState(({ byId }) => ({ byId: { ...byId, [id]: { ...(byId[id] ?? NONE), ...part } } }));
}
