import { html, page } from '../auth/page.ts';
import type { DemoPerson } from './people.ts';

const BRAND = 'Demo identity provider';

/** Where one chooses who to be. Each person is a submit button of one form; the first has the focus. */
export function choosePersonPage(people: readonly DemoPerson[], action: string): string {
  const rows = people.map(
    (p, i) => html`<li><button class="person" name="person" value="${p.id}" ${i === 0 ? html`autofocus` : ''}
aria-label="Sign in as ${p.name}, ${p.title}">
<span class="mark" aria-hidden="true">${initials(p.name)}</span>
<span class="who"><b>${p.name}</b><span>${p.title}</span></span>
<span class="group">${p.groups.join(', ')}</span>
</button></li>`,
  );
  return page({
    title: 'Sign in to Sallyport',
    brand: BRAND,
    body: html`<h1>Sign in to Sallyport</h1>
<p class="soft">Choose who you want to be.</p>
<form method="post" action="${action}">
<ul class="people" aria-label="People of the demo">${rows}</ul>
<div class="foot">
<p class="soft small">Everybody here is made up. This page answers only on this computer.</p>
<button class="plain" name="cancel" value="yes">Cancel</button>
</div>
</form>`,
  });
}

/** Says in one sentence what went wrong and what to do. */
export function providerErrorPage(sentence: string): string {
  return page({
    title: 'Sign-in did not work',
    brand: BRAND,
    body: html`<h1>Sign-in did not work</h1>
<p>${sentence}</p>
<p class="soft">Close this page, go back to Sallyport and choose “Sign in” again.</p>`,
  });
}

function initials(name: string): string {
  return name
    .split(' ')
    .map((word) => word.charAt(0))
    .join('');
}
