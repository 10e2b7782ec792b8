import type { Claim } from './authenticate.ts';
import type { GatewaySettings } from './gateway.ts';
import type { AccessAnswer } from './ports.ts';

export const UNAVAILABLE = 'Your access cannot be checked right now. Try again in a moment.';

/** The live grant behind a claim, asked now. Never throws: whatever is wrong refuses. */
export async function askLiveGrant(
  settings: Pick<GatewaySettings, 'ports' | 'log'>,
  claim: Claim,
  sourceAddress: string,
  clientVersion: string,
): Promise<AccessAnswer> {
  const asked = `${claim.login}@${claim.target}`;
  try {
    const answer = await settings.ports.authorize({ ...claim, username: asked, sourceAddress, clientVersion });
    if (!answer.ok) return answer;
    const { id, login, target } = answer.grant;
    if (id === claim.grantId && login === claim.login && target.name === claim.target) return answer;
    return {
      ok: false,
      code: 'grant-mismatch',
      message: `This access is for ${login}@${target.name}, not for ${asked}.`,
    };
  } catch (error) {
    settings.log.error({ grant: claim.grantId, error }, 'the live grant could not be asked');
    return { ok: false, code: 'unavailable', message: UNAVAILABLE };
  }
}
