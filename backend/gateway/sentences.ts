import { endSentence } from '../../protocol/model/grant.ts';
import type { SessionEnd } from './ports.ts';

/** The last line a person reads in a session that is cut: "access ended 14:05 UTC: expired (its time is over)". */
export function lastLine(reason: SessionEnd, now: number, by?: string | null): string {
  const at = `${new Date(now).toISOString().slice(11, 16)} UTC`;
  switch (reason) {
    case 'expired':
    case 'revoked':
    case 'released':
    case 'killed':
      return `Sallyport: access ended ${at}: ${reason} (${endSentence(reason, by)})`;
    case 'gateway-stopped':
      return `Sallyport: the gateway stops (${at}); connect again in a moment`;
    case 'target-closed':
      return 'Sallyport: the target closed the connection';
    case 'lost':
      return `Sallyport: your access cannot be checked any more (${at}), so the session was cut; connect again in a moment`;
    case 'closed':
      return 'Sallyport: the connection is over';
    default:
      return reason satisfies never;
  }
}
