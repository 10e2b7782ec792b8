import { originOf } from '../../protocol/update/audience.ts';
import { trustFrom } from '../../protocol/update/trust.ts';
import type { PolicySource } from '../managed/policy-source.ts';
import type { HandOver } from './hand-over-file.ts';
import { shippedKeys } from './shipped-keys.ts';

/**
 * Why what lies ready may not be installed any more, if so: while this app did not run, the organisation may have switched
 * updates off, set another backend, or pinned other keys because a thief has one of those that signed it.
 * @param keysFile the keys that came with the app
 */
export async function whyForbidden(
  { backend, pinned }: Pick<HandOver, 'backend' | 'pinned'>,
  policy: PolicySource,
  keysFile: string,
): Promise<string | undefined> {
  const reading = await policy.read();
  if (reading.state === 'unusable') return 'it cannot be read what the organisation says';
  const { updates, updateKeys, backendAddress } = reading.state === 'read' ? reading.policy.enforced : {};
  if (updates === 'off') return 'the organisation has switched updates off';
  if (backendAddress !== undefined && originOf(backendAddress) !== originOf(backend))
    return 'the organisation has set another backend';
  const keys = updateKeys ?? (await shippedKeys(keysFile));
  return trustFrom(keys).pinned === pinned ? undefined : 'the keys that it was believed by are not those of today';
}
