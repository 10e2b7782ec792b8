import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { FaultBoundary } from './components/fault-boundary.tsx';
import { later } from './components/later.tsx';
import { followMain, useHasSnapshot } from './store/snapshot.ts';
import { AppTheme } from './theme/app-theme.tsx';

/** Each window draws its own half; a popover never loads the terminal. */
const Window = later(async () =>
  window.location.hash === '#terminal'
    ? (await import('./terminal/terminal-window.tsx')).default
    : (await import('./popover/popover.tsx')).default,
);

function Root() {
  if (!useHasSnapshot()) return null;
  return (
    <AppTheme>
      <FaultBoundary>
        <Window />
      </FaultBoundary>
    </AppTheme>
  );
}

// Asked for at once, not when the first snapshot is here: the two waits go side by side.
Window.fetch().catch(() => undefined);
followMain();
const place = document.getElementById('root');
if (place === null) throw new Error('index.html has no #root');
createRoot(place).render(
  <StrictMode>
    <Root />
  </StrictMode>,
);
