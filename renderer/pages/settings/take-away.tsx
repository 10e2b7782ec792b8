import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Row } from './row.tsx';
import { words } from './words.ts';

interface Setting<T> {
  value: readonly T[];
  set(value: T[]): Promise<boolean>;
}

interface TakeAway<T> {
  take(item: T): Promise<void>;
  /** Says what was taken away last and offers it back; null when nothing was. */
  undo: ReactNode;
}

/** Takes items out of a list that is a setting, without asking first: the last one can be put back where it stood. */
export function useTakeAway<T>(
  { value, set }: Setting<T>,
  nameOf: (item: T) => string,
  gone: (name: string) => string,
): TakeAway<T> {
  const [last, setLast] = useState<{ item: T; at: number } | null>(null);
  return {
    take: async (item) => {
      const kept = await set(value.filter((other) => other !== item));
      if (kept) setLast({ item, at: value.indexOf(item) });
    },
    undo: last !== null && (
      <Row
        key={`undo ${nameOf(last.item)}`}
        label={gone(nameOf(last.item))}
        control={
          <Button
            autoFocus
            variant="default"
            onClick={async () => {
              if (await set(putBack(value, last.item, last.at, nameOf))) setLast(null);
            }}
          >
            {words.undo}
          </Button>
        }
      />
    ),
  };
}

/** The list with an item at its old place, or what took its name meanwhile. Pure. */
export function putBack<T>(list: readonly T[], item: T, at: number, nameOf: (item: T) => string): T[] {
  const others = list.filter((other) => nameOf(other) !== nameOf(item));
  return others.length < list.length ? [...list] : [...others.slice(0, at), item, ...others.slice(at)];
}
