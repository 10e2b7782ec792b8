import { paths } from '../../protocol/api/routes.ts';
import { type Answer, ask, textIn } from './ask.ts';

/** What is on the backend's own HTTP port. */
export type Running = 'well' | 'ailing' | 'not' | 'stranger';

/** Where this computer reaches what listens on `host`. */
export function localOrigin(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

export async function probeRunning(http: { host: string; port: number }): Promise<Running> {
  return judgeRunning(await ask(`${localOrigin(http.host, http.port)}${paths.health}`));
}

/** A backend that starts, or has no database, says so in a problem of ours. */
export function judgeRunning(answer: Answer): Running {
  if ('why' in answer) return answer.refused ? 'not' : 'stranger';
  const { status, json } = answer;
  if (status === 200 && (json as { ok?: unknown } | undefined)?.ok === true) return 'well';
  return textIn(json, 'type')?.startsWith('urn:sallyport:error:') ? 'ailing' : 'stranger';
}
