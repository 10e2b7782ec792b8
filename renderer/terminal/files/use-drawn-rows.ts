import { type RefObject, useLayoutEffect, useState } from 'react';

/** Rows above and below what is seen that are drawn too. */
const SPARE = 8;

export interface DrawnRows {
  first: number;
  /** The one after the last. */
  end: number;
  /** Scrolls as little as shows a row. */
  show(row: number): void;
  /** How many fit. */
  page: number;
}

/** Which of many rows of one height are drawn: a folder of ten thousand files costs as much as one of fifty. */
export function useDrawnRows(place: RefObject<HTMLElement | null>, count: number, rowHeight: number): DrawnRows {
  const [seen, setSeen] = useState({ top: 0, height: 600 });
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    const look = (): void => setSeen({ top: element.scrollTop, height: element.clientHeight });
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [place]);
  const first = Math.max(0, Math.floor(seen.top / rowHeight) - SPARE);
  return {
    first,
    end: Math.min(count, Math.ceil((seen.top + seen.height) / rowHeight) + SPARE),
    page: Math.max(1, Math.floor(seen.height / rowHeight) - 1),
    show(row) {
      const element = place.current;
      if (element === null) return;
      const top = row * rowHeight;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + rowHeight > element.scrollTop + element.clientHeight) {
        element.scrollTop = top + rowHeight - element.clientHeight;
      }
    },
  };
}
