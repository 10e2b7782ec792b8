import type { Terminal } from '../../protocol/ipc/snapshot.ts';
import { type Layout, panesOf, split, without } from './layout.ts';

/** A tab: the terminal it began with names it, also after that one has closed. */
export interface Tab {
  key: string;
  layout: Layout;
  /** The pane that has, or had last, the keyboard. */
  focus: string;
}

/** The tabs of the window, and which of them is in front. */
export interface Tabs {
  tabs: readonly Tab[];
  /** Key of the tab in front; null without tabs. */
  front: string | null;
}

export const NO_TABS: Tabs = { tabs: [], front: null };

/** What becomes of the tabs with these terminals: who is gone leaves, who is new comes to the front. Pure. */
export function followed(state: Tabs, terminals: readonly Pick<Terminal, 'id' | 'beside'>[]): Tabs {
  const known = state.tabs.flatMap((tab) => panesOf(tab.layout));
  const left = known.filter((id) => !terminals.some((t) => t.id === id)).reduce(gone, state);
  return terminals.filter((t) => !known.includes(t.id)).reduce(come, left);
}

/** Gives a terminal the keyboard, and brings its tab to the front. */
export function focused(state: Tabs, id: string): Tabs {
  const tab = tabOf(state, id);
  if (tab === undefined || (tab.focus === id && state.front === tab.key)) return state;
  return { front: tab.key, tabs: replaced(state, { ...tab, focus: id }) };
}

/** The next or previous tab comes to the front, round the ends. */
export function stepped(state: Tabs, step: 1 | -1): Tabs {
  const at = state.tabs.findIndex((tab) => tab.key === state.front);
  const next = state.tabs[(at + step + state.tabs.length) % state.tabs.length];
  return next === undefined ? state : { ...state, front: next.key };
}

export function laidOut(state: Tabs, key: string, layout: Layout): Tabs {
  return { ...state, tabs: state.tabs.map((tab) => (tab.key === key ? { ...tab, layout } : tab)) };
}

export function frontTab({ tabs, front }: Tabs): Tab | undefined {
  return tabs.find((tab) => tab.key === front);
}

export function tabOf({ tabs }: Tabs, id: string): Tab | undefined {
  return tabs.find((tab) => panesOf(tab.layout).includes(id));
}

function come(state: Tabs, { id, beside }: Pick<Terminal, 'id' | 'beside'>): Tabs {
  const tab = beside === null ? undefined : tabOf(state, beside.id);
  if (beside === null || tab === undefined) {
    return { front: id, tabs: [...state.tabs, { key: id, layout: { pane: id }, focus: id }] };
  }
  const layout = split(tab.layout, beside.id, beside.edge, id);
  return { front: tab.key, tabs: replaced(state, { ...tab, layout, focus: id }) };
}

function gone(state: Tabs, id: string): Tabs {
  const tab = tabOf(state, id);
  if (tab === undefined) return state;
  const layout = without(tab.layout, id);
  if (layout !== null) {
    const order = panesOf(tab.layout);
    const near = order[order.indexOf(id) - 1] ?? panesOf(layout)[0] ?? tab.focus;
    return { ...state, tabs: replaced(state, { ...tab, layout, focus: tab.focus === id ? near : tab.focus }) };
  }
  const at = state.tabs.indexOf(tab);
  const tabs = state.tabs.filter((other) => other !== tab);
  if (state.front !== tab.key) return { ...state, tabs };
  return { tabs, front: (tabs[at - 1] ?? tabs[0])?.key ?? null };
}

function replaced(state: Tabs, tab: Tab): readonly Tab[] {
  return state.tabs.map((other) => (other.key === tab.key ? tab : other));
}
