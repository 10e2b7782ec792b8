import { useCallback, useEffect, useRef, useState } from 'react';
import type { Failure } from '../../../protocol/errors.ts';
import { send } from '../../bridge.ts';
import { folderOf, keepFolder } from './files-store.ts';
import type { Listing } from './listing.ts';

export interface Folder {
  /** What was last read. */
  listing: Listing | null;
  reading: boolean;
  failure: Failure | null;
  /** Reads a folder; what is shown stays until the answer is there. */
  go(path: string): void;
}

/** The folder of a terminal's target that is shown. @param open the terminal is */
export function useListing(terminalId: string, open: boolean): Folder {
  const [listing, setListing] = useState<Listing | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [reading, setReading] = useState(false);
  const last = useRef(0);
  const go = useCallback(
    (path: string) => {
      last.current += 1;
      const mine = last.current;
      setReading(true);
      void send('files.list', { terminalId, path }).then((result) => {
        // An answer that was overtaken is not shown.
        if (mine !== last.current) return;
        setReading(false);
        setFailure(result.ok ? null : result.error);
        if (!result.ok) return;
        setListing(result.value);
        keepFolder(terminalId, result.value.path);
      });
    },
    [terminalId],
  );
  useEffect(() => {
    if (open) go(folderOf(terminalId));
    return () => {
      last.current += 1;
    };
  }, [open, go, terminalId]);
  return { listing, reading, failure, go };
}
