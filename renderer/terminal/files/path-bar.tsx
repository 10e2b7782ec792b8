import { IconArrowUp, IconEye, IconEyeOff, IconHome, IconPencil, IconRefresh } from '@tabler/icons-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { toggleHidden, useFilesLook } from './files-store.ts';
import { IconAct } from './icon-act.tsx';
import { crumbsOf, parentOf, shownName } from './listing.ts';
import classes from './path-bar.module.css';
import type { Folder } from './use-listing.ts';
import { words } from './words.ts';

/** Where the panel is: the folders above, each a click away, or typed. */
export function PathBar({ folder }: { folder: Folder }) {
  const path = folder.listing?.path ?? '';
  const { hidden } = useFilesLook();
  const [typing, setTyping] = useState(false);
  return (
    <div className={classes.root}>
      <IconAct label={words.up} disabled={path === '' || path === '/'} onClick={() => folder.go(parentOf(path))}>
        <IconArrowUp size={15} />
      </IconAct>
      <IconAct label={words.home} onClick={() => folder.go('.')}>
        <IconHome size={15} />
      </IconAct>
      {typing ? (
        <TypedPath
          path={path}
          onDone={(typed) => {
            setTyping(false);
            if (typed !== null) folder.go(typed.trim() || '.');
          }}
        />
      ) : (
        <Crumbs path={path} onGo={folder.go} onType={() => setTyping(true)} />
      )}
      {!typing && (
        <IconAct label={words.type} onClick={() => setTyping(true)}>
          <IconPencil size={15} />
        </IconAct>
      )}
      <IconAct label={words.hidden} pressed={hidden} onClick={toggleHidden}>
        {hidden ? <IconEye size={15} /> : <IconEyeOff size={15} />}
      </IconAct>
      <IconAct label={words.refresh} onClick={() => folder.go(path || '.')}>
        <IconRefresh size={15} className={folder.reading ? classes.turning : undefined} />
      </IconAct>
    </div>
  );
}

function Crumbs({ path, onGo, onType }: { path: string; onGo: (path: string) => void; onType: () => void }) {
  const place = useRef<HTMLOListElement>(null);
  // Of a long path the end is seen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: for each path anew
  useLayoutEffect(() => {
    if (place.current !== null) place.current.scrollLeft = place.current.scrollWidth;
  }, [path]);
  const crumbs = path === '' ? [] : crumbsOf(path);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the button beside it does the same
    <nav
      className={classes.crumbs}
      aria-label={words.crumbs}
      onClick={(event) => {
        if (event.target === event.currentTarget || event.target === place.current) onType();
      }}
    >
      <ol ref={place}>
        {crumbs.map(({ name, path: to }, i) => (
          <li key={to}>
            {i > 1 && (
              <span className={classes.slash} aria-hidden>
                /
              </span>
            )}
            <button
              type="button"
              title={shownName(to)}
              aria-current={i === crumbs.length - 1 ? 'location' : undefined}
              onClick={() => onGo(to)}
            >
              <bdi>{shownName(name)}</bdi>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** @param onDone with what was typed, null when the person changed their mind */
function TypedPath({ path, onDone }: { path: string; onDone: (typed: string | null) => void }) {
  const [typed, setTyped] = useState(path);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  return (
    <form
      className={classes.typed}
      onSubmit={(event) => {
        event.preventDefault();
        onDone(typed);
      }}
    >
      <input
        ref={field}
        type="text"
        aria-label={words.path}
        spellCheck={false}
        maxLength={4096}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={() => onDone(null)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onDone(null);
        }}
      />
    </form>
  );
}
