import { AppError } from '../../protocol/errors.ts';
import type { Claim } from './authenticate.ts';
import { dialTarget, type TargetConnection } from './dial.ts';
import type { GatewaySettings } from './gateway.ts';
import { UNAVAILABLE } from './live-grant.ts';
import type { AccessQuestion, LiveGrant } from './ports.ts';

export interface Admission extends Pick<AccessQuestion, 'sourceAddress' | 'clientVersion'> {
  readonly sessionId: string;
  readonly claim: Claim;
  readonly grant: LiveGrant;
  /** Aborting gives up the attempt. */
  readonly signal: AbortSignal;
  /** The target lets us in; from now on somebody else ends the connection to it. Returns whether it is still wanted. */
  dialled(target: TargetConnection): boolean;
}

/**
 * Dials the target and has the session written down, in this order: no session stands in the log that there was not.
 * Never throws. 'given-up' says that nobody wanted it any more when the target answered.
 */
export async function admit(
  settings: GatewaySettings,
  { sessionId, claim, grant, signal, dialled, ...from }: Admission,
): Promise<'admitted' | 'given-up' | { readonly code: string; readonly message: string }> {
  const { ports, clock, dialTimeoutMs, rekeyBytes, log } = settings;
  try {
    const target = await dialTarget({
      ...{ grant, timeoutMs: dialTimeoutMs, rekeyBytes, signal },
      issueCertificate: (publicKey) => ports.issueTargetCertificate({ publicKey, grantId: grant.id, sessionId }),
    });
    if (!dialled(target)) return 'given-up';
    await ports.openSession({
      ...{ sessionId, grantId: grant.id, personId: grant.person.id, login: grant.login, target: grant.target.name },
      ...{ certificate: claim.certificate, ...from, at: clock.now() },
    });
    return 'admitted';
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, message: error.message };
    if (!signal.aborted) log.error({ session: sessionId, error }, 'a session could not be opened');
    return { code: 'unavailable', message: UNAVAILABLE };
  }
}
