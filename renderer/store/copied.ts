import { useEffect, useState } from 'react';
import { send } from '../bridge.ts';

/** How long "Copied" stands where it was said, ms. */
const COPIED_MS = 2_000;

/** Puts texts on the clipboard, and knows which one was put there a moment ago. */
export function useCopied(): { copied: string | null; copy(text: string): Promise<void> } {
  const [copied, setCopied] = useState<string | null>(null);
  useEffect(() => {
    if (copied === null) return;
    const timer = setTimeout(() => setCopied(null), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return {
    copied,
    copy: async (text) => {
      const result = await send('clipboard.write', { text });
      if (result.ok) setCopied(text);
    },
  };
}
