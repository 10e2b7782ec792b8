/** How often a process is looked for, ms: the resolution of the time that `processGone` tells. */
const LOOK_MS = 2;

export function processLives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process that is not our child has gone: epoch ms. The kernel tells only its parent, so this looks. */
export function processGone(pid: number, timeoutMs: number): Promise<number> {
  const until = Date.now() + timeoutMs;
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (!processLives(pid)) resolve(Date.now());
      else if (Date.now() > until) reject(new Error(`Process ${pid} still runs after ${timeoutMs} ms.`));
      else setTimeout(look, LOOK_MS);
    };
    look();
  });
}
