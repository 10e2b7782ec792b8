const WORDS = {
  'signed-in': ['You are signed in', 'Sallyport has taken over; you can close this tab.'],
  refused: ['You are not signed in', 'Sallyport shows why. You can close this tab and try again from there.'],
  unknown: ['Nothing to see here', 'This page is not part of a sign-in that Sallyport is waiting for.'],
} as const;

/** What the browser shows at the end of a sign-in. Fixed words only: nothing of the request is repeated in it. */
export function closingPage(outcome: keyof typeof WORDS): string {
  const [title, text] = WORDS[outcome];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} – Sallyport</title>
<style>
  :root { color-scheme: light dark; }
  body { font: 16px/1.5 system-ui, sans-serif; display: grid; place-content: center; min-height: 90vh; margin: 0 2rem; text-align: center; }
  h1 { font-size: 1.4rem; font-weight: 600; margin: 0 0 .5rem; }
  p { margin: 0; opacity: .75; }
</style>
</head>
<body><main><h1>${title}</h1><p>${text}</p></main></body>
</html>
`;
}
