import type { ClientChannel } from 'ssh2';
import { AppError } from '../../protocol/errors.ts';
import type { TargetConnection } from './connection.ts';
import { SHELL_WINDOW_BYTES, windowOf, withWindow } from './shell-window.ts';

export interface Size {
  cols: number;
  rows: number;
}

export interface Shell {
  readonly channel: ClientChannel;
  /** So many bytes of its output were taken: as many more may come. */
  taken(bytes: number): void;
  /** Nothing of its output, nor of its errors, is read until it is resumed. */
  pause(): void;
  resume(): void;
}

/** Opens a shell with a pty of the given size. @throws AppError that says what stood in the way */
export function openShell({ client, where }: TargetConnection, size: Size): Promise<Shell> {
  return new Promise((resolve, reject) => {
    client.once('close', () => reject(new AppError('connection-refused', `The ${where} closed the connection.`)));
    withWindow(client, SHELL_WINDOW_BYTES, () =>
      client.shell({ term: 'xterm-256color', ...size }, { env: { LANG: 'C.UTF-8' } }, (error, channel) => {
        if (error) reject(channelFailure(error, where));
        else resolve(shellOn(channel, windowOf(client, channel, SHELL_WINDOW_BYTES)));
      }),
    );
  });
}

function shellOn(channel: ClientChannel, taken: Shell['taken']): Shell {
  const streams = [channel, channel.stderr];
  return {
    ...{ channel, taken },
    pause() {
      for (const stream of streams) stream.pause();
    },
    resume() {
      for (const stream of streams) stream.resume();
    },
  };
}

/** The gateway's reason for not opening a channel is a sentence for people; ssh2 puts its own words before it. */
function channelFailure(error: Error, where: string): AppError {
  const said = /Channel open failure: (.+)/.exec(error.message)?.[1];
  return new AppError('target-unreachable', said ?? `The ${where} did not open a shell: ${error.message}.`, {
    cause: error,
  });
}
