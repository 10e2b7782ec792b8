import type { DecisionDraft } from '../../../protocol/ipc/drafts.ts';
import { changeDrafts, useDrafts } from '../../store/drafts.ts';

const NOTHING: DecisionDraft = { open: null, duration: null, note: '', denial: '' };

/** The draft for a request, a batch or a grant, and how to change a part of it. */
export function useDecisionDraft(id: string): [DecisionDraft, (part: Partial<DecisionDraft>) => void] {
  const draft = useDrafts((drafts) => drafts.decisions[id]) ?? NOTHING;
  return [
    draft,
    (part) =>
      changeDrafts(({ asks, decisions }) => ({
        asks,
        decisions: { ...decisions, [id]: { ...(decisions[id] ?? NOTHING), ...part } },
      })),
  ];
}

/** After it was sent, or when what it was about has changed. */
export function forgetDecision(id: string): void {
  changeDrafts(({ asks, decisions: { [id]: _sent, ...decisions } }) => ({ asks, decisions }));
}
