import { create } from 'zustand';

/** What an approver is doing with a card: nothing yet, choosing a length, or saying why not. */
export interface DecisionDraft {
  open: 'approve' | 'deny' | null;
  duration: string | null;
  note: string;
  denial: string;
}

const NOTHING: DecisionDraft = { open: null, duration: null, note: '', denial: '' };

/** Words not sent yet, by request or grant: leaving the page loses nothing. */
const drafts = create<{ byId: Record<string, DecisionDraft> }>(() => ({ byId: {} }));

/** The draft for a request or grant, and how to change a part of it. */
export function useDecisionDraft(id: string): [DecisionDraft, (part: Partial<DecisionDraft>) => void] {
  const draft = drafts((s) => s.byId[id]) ?? NOTHING;
  return [
    draft,
    (part) => drafts.setState(({ byId }) => ({ byId: { ...byId, [id]: { ...(byId[id] ?? NOTHING), ...part } } })),
  ];
}

/** After it was sent. */
export function forgetDecision(id: string): void {
  drafts.setState(({ byId: { [id]: _sent, ...rest } }) => ({ byId: rest }));
}
