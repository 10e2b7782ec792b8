import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import type { Terminal } from '../../protocol/ipc/snapshot.ts';
import { isLiveInApp } from '../../protocol/model/grant.ts';
import { Keys } from '../components/keys.tsx';
import { moveFocus } from '../components/move-focus.ts';
import { useNow } from '../store/clock.ts';
import { useSnapshot } from '../store/snapshot.ts';
import { actIn } from './acts.ts';
import { toggleFiles } from './files/files-store.ts';
import classes from './pane-menu.module.css';
import { setReadAloud, useReadAloud } from './read-aloud.ts';
import { type Shortcut, shortcutText } from './shortcuts.ts';
import { drawnView, hideMenu } from './views.ts';
import { words } from './words.ts';

/** What can be done with a terminal, where it was clicked. */
export function PaneMenu({ terminal, at }: { terminal: Terminal; at: { x: number; y: number } }) {
  const { id } = terminal;
  const place = useRef<HTMLDivElement>(null);
  const now = useNow();
  const live = useSnapshot((s) =>
    s.grants.some(({ grant }) => grant.id === terminal.grantId && isLiveInApp(grant, now)),
  );
  const readAloud = useReadAloud();
  const open = terminal.status.state === 'open';
  const selected = (drawnView(id)?.selection() ?? '') !== '';
  useLayoutEffect(() => {
    const menu = place.current;
    if (menu === null) return;
    menu.style.left = `${Math.max(4, Math.min(at.x, window.innerWidth - menu.offsetWidth - 4))}px`;
    menu.style.top = `${Math.max(4, Math.min(at.y, window.innerHeight - menu.offsetHeight - 4))}px`;
    menu.querySelector<HTMLElement>('[role^="menuitem"]:not([disabled])')?.focus();
  }, [at]);
  useEffect(() => {
    const leave = (event: Event) => {
      if (!place.current?.contains(event.target as Node)) hideMenu(id);
    };
    window.addEventListener('pointerdown', leave, true);
    window.addEventListener('blur', leave);
    return () => {
      window.removeEventListener('pointerdown', leave, true);
      window.removeEventListener('blur', leave);
    };
  }, [id]);
  const done = (act: () => unknown) => () => {
    hideMenu(id);
    drawnView(id)?.focus();
    act();
  };
  return (
    <div
      ref={place}
      role="menu"
      tabIndex={-1}
      aria-label={words.menu}
      className={classes.root}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) hideMenu(id);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' || event.key === 'Tab') {
          event.preventDefault();
          done(() => undefined)();
        } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
          event.preventDefault();
          const items = '[role^="menuitem"]:not([disabled])';
          moveFocus(event.currentTarget, items, event.key === 'ArrowDown' ? 1 : -1);
        }
      }}
    >
      <Item keys="copy" disabled={!selected} onClick={done(() => actIn(terminal, 'copy'))}>
        {words.copy}
      </Item>
      <Item keys="paste" disabled={!open} onClick={done(() => actIn(terminal, 'paste'))}>
        {words.paste}
      </Item>
      <Item onClick={done(() => drawnView(id)?.selectAll())}>{words.selectAll}</Item>
      <hr />
      <Item keys="find" onClick={done(() => actIn(terminal, 'find'))}>
        {words.find}
      </Item>
      <Item onClick={done(() => drawnView(id)?.clear())}>{words.clear}</Item>
      <Item checked={readAloud} onClick={done(() => setReadAloud(!readAloud))}>
        {words.readAloud}
      </Item>
      <hr />
      <Item keys="split-right" disabled={!live} onClick={done(() => actIn(terminal, 'split-right'))}>
        {words.splitRight}
      </Item>
      <Item keys="split-below" disabled={!live} onClick={done(() => actIn(terminal, 'split-below'))}>
        {words.splitBelow}
      </Item>
      <Item keys="files" onClick={done(toggleFiles)}>
        {words.files}
      </Item>
      <hr />
      <Item keys="close" onClick={done(() => actIn(terminal, 'close'))}>
        {words.close}
      </Item>
    </div>
  );
}

interface ItemProps {
  keys?: Shortcut;
  disabled?: boolean;
  checked?: boolean;
  onClick: () => void;
  children: ReactNode;
}

function Item({ keys, disabled = false, checked, onClick, children }: ItemProps) {
  const platform = useSnapshot((s) => s.platform);
  const role = checked === undefined ? {} : ({ role: 'menuitemcheckbox', 'aria-checked': checked } as const);
  return (
    <button type="button" role="menuitem" {...role} tabIndex={-1} disabled={disabled} onClick={onClick}>
      <span>
        {checked === true && '✓ '}
        {children}
      </span>
      {keys !== undefined && <Keys>{shortcutText(keys, platform)}</Keys>}
    </button>
  );
}
