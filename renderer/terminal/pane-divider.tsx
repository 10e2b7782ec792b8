import { useRef } from 'react';
import { type Divider, SMALLEST } from './layout.ts';
import { moveDivider } from './tab-store.ts';
import classes from './terminal-window.module.css';
import { words } from './words.ts';

/** How far an arrow key moves the line, share of the two panes. */
const STEP = 0.04;

/** The line between two panes: dragged, or moved with the arrow keys; a double click halves. */
export function PaneDivider({ tab, divider }: { tab: string; divider: Divider }) {
  const place = useRef<HTMLDivElement>(null);
  const { rect, direction, share } = divider;
  const row = direction === 'row';
  const drag = (event: React.PointerEvent) => {
    const line = place.current;
    const area = line?.parentElement?.getBoundingClientRect();
    if (line === null || area === undefined || event.button !== 0) return;
    event.preventDefault();
    line.setPointerCapture(event.pointerId);
    const total = row ? area.width : area.height;
    const start = row ? event.clientX : event.clientY;
    const span = divider.span * total;
    const move = ({ clientX, clientY }: PointerEvent) =>
      moveDivider(tab, divider, share + ((row ? clientX : clientY) - start) / span);
    const stop = () => {
      line.removeEventListener('pointermove', move);
      line.removeEventListener('lostpointercapture', stop);
    };
    line.addEventListener('pointermove', move);
    line.addEventListener('lostpointercapture', stop);
  };
  const [less, more] = row ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> can't be moved
    <div
      ref={place}
      role="separator"
      tabIndex={0}
      aria-label={words.divider}
      aria-orientation={row ? 'vertical' : 'horizontal'}
      aria-valuemin={Math.round(SMALLEST * 100)}
      aria-valuemax={Math.round((1 - SMALLEST) * 100)}
      aria-valuenow={Math.round(share * 100)}
      className={classes.divider}
      data-direction={direction}
      style={{
        left: `${rect.left * 100}%`,
        top: `${rect.top * 100}%`,
        width: row ? undefined : `${rect.width * 100}%`,
        height: row ? `${rect.height * 100}%` : undefined,
      }}
      onPointerDown={drag}
      onDoubleClick={() => moveDivider(tab, divider, 0.5)}
      onKeyDown={(event) => {
        if (event.ctrlKey || (event.key !== less && event.key !== more)) return;
        event.preventDefault();
        moveDivider(tab, divider, share + (event.key === more ? STEP : -STEP));
      }}
    />
  );
}
