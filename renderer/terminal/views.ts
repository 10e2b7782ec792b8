import { create } from 'zustand';
import type { Failure } from '../../protocol/errors.ts';
import { type Look, TerminalView } from './terminal-view.ts';

interface TabNotes {
  /** A paste that waits for the person's word. */
  riskyPaste: string | null;
  /** Why the page could not attach. */
  failure: Failure | null;
}

const NONE: TabNotes = { riskyPaste: null, failure: null };

const notes = create<{ byId: Record<string, TabNotes> }>(() => ({ byId: {} }));
const views = new Map<string, TerminalView>();

/** The view of a tab, made when it is first asked for. */
export function viewOf(id: string, look: Look): TerminalView {
  const known = views.get(id);
  if (known !== undefined) return known;
  const view = new TerminalView(id, look, {
    onRiskyPaste: (text) => note(id, { riskyPaste: text }),
    onFailure: (failure) => note(id, { failure }),
  });
  views.set(id, view);
  return view;
}

/** The view of a tab if it is drawn. */
export function drawnView(id: string | undefined): TerminalView | undefined {
  return id === undefined ? undefined : views.get(id);
}

/** Disposes the views of tabs that are gone. */
export function keepOnly(ids: readonly string[]): void {
  for (const [id, view] of views) {
    if (ids.includes(id)) continue;
    view.dispose();
    views.delete(id);
    notes.setState(({ byId: { [id]: _gone, ...rest } }) => ({ byId: rest }));
  }
}

/** What a tab has to say of itself, beyond main's snapshot. */
export function useNotes(id: string): TabNotes {
  return notes((s) => s.byId[id]) ?? NONE;
}

/** Settles a paste that waited. */
export function settlePaste(id: string, paste: boolean): void {
  const text = notes.getState().byId[id]?.riskyPaste;
  note(id, { riskyPaste: null });
  const view = views.get(id);
  if (paste && text) view?.pasteAnyway(text);
  view?.focus();
}

function note(id: string, part: Partial<TabNotes>): void {
  notes.setState(({ byId }) => ({ byId: { ...byId, [id]: { ...(byId[id] ?? NONE), ...part } } }));
}
