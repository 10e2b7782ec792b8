import type { Page } from '@playwright/test';
import type { Destination } from '../../protocol/ipc/bridge.ts';
import type { Snapshot } from '../../protocol/ipc/snapshot.ts';
import type { Answers } from './fake-main.ts';

/** One state of one page, as a picture shows it. */
export interface Scene {
  /** Of the picture: page, then state. */
  name: string;
  snapshot: Snapshot;
  answers?: Answers;
  /** What the target of each terminal has written. */
  output?: Readonly<Record<string, string>>;
  /** Where main leads first; the access page without it. */
  at?: Destination;
  window?: 'popover' | 'terminal';
  /** Width and height of the window, CSS px. */
  size?: readonly [number, number];
  /** What a person does before the picture is taken. */
  act?(page: Page): Promise<void>;
}
