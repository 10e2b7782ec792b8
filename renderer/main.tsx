import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { followMain, useHasSnapshot } from './store/snapshot.ts';
import { AppTheme } from './theme/app-theme.tsx';

/** Each window draws its own half; a popover never loads the terminal. */
const Window =
  window.location.hash === '#terminal'
    ? lazy(() => import('./terminal/terminal-window.tsx'))
    : lazy(() => import('./popover/popover.tsx'));

function Root() {
  if (!useHasSnapshot()) return null;
  return (
    <AppTheme>
      <Suspense fallback={null}>
        <Window />
      </Suspense>
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
