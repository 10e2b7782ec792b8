import type { Notice } from '../notices.ts';

/** Why a session ended, where its program is told of it. */
export const SSH_TOO_OLD = 'this ssh does not say which host it logs in to; use OpenSSH 8.9 or newer';

/** What the person is told when a program cannot log in by our agent, whatever they do. @param title `login@target` */
export function tooOldNotice(grantId: string, title: string): Notice {
  return {
    key: `ssh-too-old:${grantId}`,
    title: `An ssh that is too old cannot log in as ${title}`,
    body: 'It does not say which host it logs in to. Use OpenSSH 8.9 or newer ("ssh -V" tells), or Connect in Sallyport.',
    destination: { page: 'grant', grantId },
  };
}
