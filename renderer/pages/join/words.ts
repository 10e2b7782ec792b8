import { inARow } from '../../words/approvals.ts';
import { places } from '../quit/words.ts';

const counted = (n: number, one: string, many: string): string => (n === 1 ? `1 ${one}` : `${n} ${many}`);

/** What is said about a link that wants this app to use another organisation. */
export const words = {
  title: 'Join this organisation?',
  asks: 'A link wants this app to use the Sallyport of',
  here: 'On this computer: a trial or a test, run by no organisation.',
  looksLike: (name: string, letters: readonly string[]) =>
    `It stands for “${name}”, with ${inARow(letters)}: it may only look like a name you know.`,
  unreadable: 'This name stands for letters that cannot be shown. Do not use it unless your IT gave you exactly these.',
  caution:
    'Go on only if your organisation gave you this link. Whoever runs that Sallyport sees what you ask for and what you do with it.',
  after: 'What happens then',
  leaves: (org: string) => `You are signed out of ${org}.`,
  keys: (n: number) => `The ${counted(n, 'key', 'keys')} of your access there ${n === 1 ? 'is' : 'are'} destroyed.`,
  cuts: (n: number, targets: readonly string[]) =>
    `${counted(n, 'session is', 'sessions are')} cut, on ${places(targets)}.`,
  forgets: (place: string) => `This app forgets ${place}.`,
  signIn: 'You sign in there next, in your browser.',
  join: 'Use this organisation',
  leave: 'Sign out and use it',
  stay: 'Not now',
  looking: 'Looking for Sallyport there…',
  nobody: 'If that is not it, ask your IT whether the link is right.',
  stranger: 'Ask your IT whether the link is right.',
  sameTitle: 'You use this organisation already',
  same: 'The link names the one this app uses. There is nothing to change.',
  goOn: 'Go on',
  goOnToSignIn: 'Go on to the sign-in',
  back: 'Back',
  managedTitle: 'Your organisation decides this',
  managed: 'The link names another Sallyport. Which one this computer uses is set by your IT; nothing is changed.',
} as const;
