import { withoutTurns } from '../words/free-text.ts';

/** A name from outside, kept from turning the text around it. */
export function PersonName({ of }: { of: { name: string } }) {
  return <bdi>{withoutTurns(of.name)}</bdi>;
}
