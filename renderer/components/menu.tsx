import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import classes from './menu.module.css';
import { moveFocus } from './move-focus.ts';

/** One thing to choose. */
export interface MenuItem {
  label: string;
  onSelect(): void;
  disabled?: boolean;
}

interface Props {
  /** What the button is called. */
  label: string;
  /** Drawn on the button. */
  children: ReactNode;
  items: readonly MenuItem[];
  /** Beside a button of the accent colour, as its second half. */
  joined?: boolean;
  onOpen?(): void;
}

/** A button with a few more things to do. Arrows move, Esc and a click elsewhere leave. */
export function Menu({ label, children, items, joined = false, onOpen }: Props) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    list.current?.scrollIntoView({ block: 'nearest' });
    list.current?.querySelector<HTMLElement>('[role="menuitem"]:not(:disabled)')?.focus({ preventScroll: true });
    const elsewhere = (event: PointerEvent) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    window.addEventListener('pointerdown', elsewhere);
    return () => window.removeEventListener('pointerdown', elsewhere);
  }, [open]);
  const show = () => {
    onOpen?.();
    setOpen(true);
  };
  const press = (event: KeyboardEvent) => {
    const moves = event.key === 'ArrowDown' || event.key === 'ArrowUp';
    if (!open) {
      if (!moves) return;
      event.preventDefault();
      show();
    } else if (moves) {
      event.preventDefault();
      moveFocus(list.current, '[role="menuitem"]:not(:disabled)', event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      setOpen(false);
      button.current?.focus();
    } else if (event.key === 'Tab') setOpen(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: takes the keys of its button and its items on their way up
    <div ref={root} className={classes.root} onKeyDown={press}>
      <button
        ref={button}
        type="button"
        className={classes.button}
        data-joined={joined || undefined}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => (open ? setOpen(false) : show())}
      >
        {children}
      </button>
      {open && (
        <div ref={list} role="menu" aria-label={label} className={classes.list}>
          {items.map((item) => (
            <button
              key={item.label}
              type="button"
              role="menuitem"
              className={classes.item}
              disabled={item.disabled}
              onClick={() => {
                setOpen(false);
                button.current?.focus();
                item.onSelect();
              }}
            >
              {item.label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
