import type { Readable } from 'node:stream';
import { firstLine, startProgram } from './processes.ts';

/** A display without a screen, for machines that have none and for tests. */
export interface Display {
  /** Value for DISPLAY. */
  name: string;
  dispose(): Promise<void>;
}

/** Starts Xvfb on a display number that it finds free by itself. */
export async function startDisplay(size = '1440x900x24'): Promise<Display> {
  const args = ['-displayfd', '3', '-screen', '0', size, '-nolisten', 'tcp', '-noreset'];
  const xvfb = startProgram('Xvfb', args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  const number = await firstLine(xvfb, xvfb.child.stdio[3] as Readable, 'Xvfb');
  return { name: `:${number}`, dispose: () => xvfb.stop() };
}
