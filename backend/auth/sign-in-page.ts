import { html, page } from './page.ts';

/** The page for whom the app cannot be told: one sentence, and what to do. */
export function signInRefusedPage(sentence: string): string {
  return page({
    title: 'Sign-in did not work',
    brand: 'Sallyport',
    body: html`<h1>Sign-in did not work</h1>
<p>${sentence}</p>
<p class="soft">Close this page, open Sallyport and choose “Sign in” there. If it happens again, tell your IT what this
page says.</p>`,
  });
}
