import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { FaultBoundary } from './components/fault-boundary.tsx';
import { followMain, useHasSnapshot } from './store/snapshot.ts';
import { AppTheme } from './theme/app-theme.tsx';

/** Each window draws its own half; a popover never loads the terminal. */
const half =
  window.location.hash === '#terminal' ? import('./terminal/terminal-window.tsx') : import('./popover/popover.tsx');
// Asked for at once, not when the first snapshot is here: the two waits go side by side.
const Window = lazy(() => half);

function Root() {
  if (!useHasSnapshot()) return null;
  return (
    <AppTheme>
      <FaultBoundary>
        <Suspense fallback={null}>
          <Window />
        </Suspense>
      </FaultBoundary>
    </AppTheme>
  );
}

followMain();
const place = document.getElementById('root');
if (place === null) throw new Error('index.html has no #root');
createRoot(place).render(
  <StrictMode>
    <Root />
  </StrictMode>,
);
