/** What a person sees before they are signed in. */
export const words = {
  product: 'Sallyport',
  what: 'SSH access for as long as you need it, approved by your team.',
  at: 'Sign in to',
  signIn: 'Sign in with your browser',
  finish: 'Finish in your browser',
  finishText: 'A page of your organisation has opened there. This window goes on by itself.',
  link: 'Did nothing open? Copy this link into a browser.',
  copy: 'Copy link',
  copied: 'Copied',
  cancel: 'Cancel',
  form: {
    label: 'Address of your organisation',
    placeholder: 'sallyport.example.com',
    help: 'Your IT gave it to you. If they sent a link, open it instead.',
    send: 'Continue',
    missing: 'Write the address that your IT gave you.',
    looking: 'Looking for Sallyport there…',
    fromLink: 'From the link you pasted. Go on only if your IT sent it.',
  },
  other: 'Use another organisation',
  back: 'Back',
  managed: {
    title: 'Your IT has something to mend',
    text: 'Nothing you did caused this. Send the diagnostics to your IT; once they have mended it, the sign-in comes back here by itself.',
  },
  version: (version: string) => `Version ${version}`,
} as const;
