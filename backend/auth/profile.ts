import { z } from 'zod';
import { AppError } from '../../protocol/errors.ts';

/** Who the identity provider says somebody is. Issuer and subject are the identity; the rest is shown and may change. */
export interface Profile {
  issuer: string;
  subject: string;
  name: string;
  email: string;
  groups: string[];
}

const MOST_GROUPS = 500;

const groupsSchema = z
  .union([z.string().transform((one) => [one]), z.array(z.string().min(1).max(200)).max(MOST_GROUPS)])
  .default([]);

/** Control and formatting characters: invisible, and able to turn a name around on an approver's screen. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Reads the claims of a provider. A missing groups claim is no groups; a name that cannot be shown gives way to the
 * e-mail address, that to the subject.
 * @throws AppError 'not-allowed' when the claims cannot be understood
 */
export function profileOf(issuer: string, claims: Record<string, unknown>, groupsClaim: string): Profile {
  const groups = groupsSchema.safeParse(claims[groupsClaim]);
  if (!groups.success) {
    throw new AppError(
      'not-allowed',
      `The identity provider's claim "${groupsClaim}" is not a list of at most ${MOST_GROUPS} group names; ask your IT to look at its settings for Sallyport.`,
    );
  }
  const subject = claims.sub;
  if (typeof subject !== 'string' || subject === '' || subject.length > 255) {
    throw new AppError('not-allowed', 'The identity provider did not say who you are; ask your IT to look at it.');
  }
  const shown = (...candidates: unknown[]): string => {
    for (const candidate of candidates) {
      const text = typeof candidate === 'string' ? candidate.replace(UNSEEN, '').trim().slice(0, 200) : '';
      if (text !== '') return text;
    }
    return subject;
  };
  const email = shown(claims.email, claims.preferred_username);
  return { issuer, subject, email, name: shown(claims.name, email), groups: [...new Set(groups.data)].sort() };
}
