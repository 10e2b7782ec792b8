import './mantine.css';
import './tokens.css';
import { MantineProvider } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { type ReactNode, useLayoutEffect } from 'react';
import { useSnapshot } from '../store/snapshot.ts';
import { theme, themeVariables } from './theme.ts';

/** Light or dark as the person chose, else as the desktop is. */
export function useColorScheme(): 'light' | 'dark' {
  const chosen = useSnapshot((s) => s.settings.theme);
  const systemDark = useMediaQuery('(prefers-color-scheme: dark)', undefined, { getInitialValueInEffect: false });
  return chosen === 'system' ? (systemDark ? 'dark' : 'light') : chosen;
}

/** The kit, in our colours. */
export function AppTheme({ children }: { children: ReactNode }) {
  const platform = useSnapshot((s) => s.platform);
  useLayoutEffect(() => {
    document.documentElement.dataset.platform = platform;
  }, [platform]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={themeVariables}
      forceColorScheme={useColorScheme()}
      withStaticClasses={false}
      deduplicateInlineStyles
    >
      {children}
    </MantineProvider>
  );
}
