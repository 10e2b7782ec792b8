import { type ComponentType, type ReactNode, useEffect, useReducer, useState } from 'react';

interface Later<P> {
  (props: P): ReactNode;
  /** Fetches it now, so that it is drawn at once when it is wanted. */
  fetch(): Promise<void>;
}

/**
 * A component whose code comes when it is first wanted. React's own lazy would do, but once its Suspense has shown a
 * fallback, React shows nothing else for 300 ms, to keep pages from flickering; our code is here after five.
 * @param coming stands in its place until then
 */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, coming: ReactNode = null): Later<P> {
  let Loaded: ComponentType<P> | undefined;
  let loading: Promise<void> | undefined;
  const fetch = (): Promise<void> => {
    loading ??= load().then(
      (component) => {
        Loaded = component;
      },
      (error: unknown) => {
        // Asked again, it may come.
        loading = undefined;
        throw error;
      },
    );
    return loading;
  };
  function Later(props: P) {
    const [, drawAgain] = useReducer((n: number) => n + 1, 0);
    const [fault, setFault] = useState<{ error: unknown } | null>(null);
    useEffect(() => {
      if (Loaded !== undefined) return;
      let wanted = true;
      fetch().then(
        () => wanted && drawAgain(),
        (error: unknown) => wanted && setFault({ error }),
      );
      return () => {
        wanted = false;
      };
    }, []);
    // For the boundary above, which can say so.
    if (fault !== null) throw fault.error;
    return Loaded === undefined ? coming : <Loaded {...props} />;
  }
  return Object.assign(Later, { fetch });
}
