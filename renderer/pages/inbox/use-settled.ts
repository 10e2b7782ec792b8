import { useEffect, useState } from 'react';

/** How long something new must stand before a click on it counts, ms: nobody decides what came under the pointer. */
const SETTLE_MS = 700;

/** False for a moment after what is shown has changed; true from the start. */
export function useSettled(shown: string): boolean {
  const [settled, setSettled] = useState(shown);
  useEffect(() => {
    if (shown === settled) return;
    const timer = setTimeout(() => setSettled(shown), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [shown, settled]);
  return shown === settled;
}
