import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { dutiesOf } from '../../../backend/auth/duties.ts';
import { identityProvider } from '../../../backend/auth/identity-provider.ts';
import { loginCookie } from '../../../backend/auth/login-cookie.ts';
import { html } from '../../../backend/auth/page.ts';
import { profileOf } from '../../../backend/auth/profile.ts';
import { causeOf } from '../../../backend/auth/refusal.ts';
import { sealWith } from '../../../backend/auth/seal.ts';
import { AppError } from '../../../protocol/errors.ts';
import { POLICY } from './org.ts';

const ISSUER = 'https://login.example.test';

describe('what a provider claims', () => {
  it.each([
    ['a list', { groups: ['b', 'a', 'b'] }, ['a', 'b']],
    ['one group as text', { groups: 'a' }, ['a']],
    ['no claim', {}, []],
  ])('groups as %s', (_, claims, groups) => {
    expect(profileOf(ISSUER, { sub: '1', ...claims }, 'groups').groups).toEqual(groups);
  });

  it.each([
    ['numbers', { groups: [1] }],
    ['an object', { groups: { admin: true } }],
    ['null', { groups: null }],
    ['a group without a name', { groups: [''] }],
    ['more groups than anybody is in', { groups: Array.from({ length: 501 }, (_, i) => `g${i}`) }],
    ['a name that never ends', { groups: ['x'.repeat(201)] }],
  ])('refuses groups that are %s, rather than guess', (_, claims) => {
    expect(() => profileOf(ISSUER, { sub: '1', ...claims }, 'groups')).toThrow(/not a list/);
  });

  it.each([[{}], [{ sub: '' }], [{ sub: 7 }], [{ sub: 'x'.repeat(256) }]])('refuses %j: nobody', (claims) => {
    expect(() => profileOf(ISSUER, claims, 'groups')).toThrow(AppError);
  });

  it('shows a name without what cannot be seen, and an address when there is no name', () => {
    const named = profileOf(ISSUER, { sub: '1', name: '\u202Enimda\u0000 Erin\n', email: 'e@x.test' }, 'groups');
    expect(named.name).toBe('nimda Erin');
    expect(profileOf(ISSUER, { sub: '1', email: 'e@x.test' }, 'groups').name).toBe('e@x.test');
    expect(profileOf(ISSUER, { sub: 'only-this' }, 'groups')).toMatchObject({ name: 'only-this', email: 'only-this' });
  });
});

describe('duties', () => {
  it.each([
    [['engineering'], ['requester']],
    [['dba'], ['approver']],
    [
      ['security', 'engineering'],
      ['requester', 'approver'],
    ],
    [
      ['audit', 'platform-admins'],
      ['auditor', 'admin'],
    ],
    [['Engineering'], []],
    [[], []],
  ])('of %j are %j', (groups, duties) => {
    expect(dutiesOf(POLICY, groups, [])).toEqual(duties);
  });

  it.each([
    ['an approver', ['dba'], ['approver']],
    ['somebody who approves nothing', ['audit'], []],
    ['somebody who may ask, which is not handed on', ['engineering'], []],
    ['an admin, which is not handed on', ['platform-admins'], []],
  ])('of who takes the place of %s', (_, groups, duties) => {
    const place = { person: { id: 'per_dana000000', name: 'Dana', email: 'd@x' }, groups, until: 1 };
    expect(dutiesOf(POLICY, [], [place])).toEqual(duties);
  });
});

describe('the seal', () => {
  const key = randomBytes(32);
  const sealed = sealWith(key).seal('a provider’s token', 'sig_1');

  it('opens what it sealed, and never seals alike', () => {
    expect(sealWith(key).open(sealed, 'sig_1')).toBe('a provider’s token');
    expect(sealWith(key).seal('a provider’s token', 'sig_1')).not.toEqual(sealed);
  });

  it.each([
    ['another key', () => sealWith(randomBytes(32)).open(sealed, 'sig_1')],
    ['another row', () => sealWith(key).open(sealed, 'sig_2')],
    ['a cut', () => sealWith(key).open(sealed.subarray(0, -1), 'sig_1')],
    ['nothing', () => sealWith(key).open(new Uint8Array(), 'sig_1')],
    ['another version', () => sealWith(key).open(Buffer.concat([Buffer.of(2), sealed.subarray(1)]), 'sig_1')],
  ])('does not open with %s', (_, open) => {
    expect(open()).toBeUndefined();
  });

  it('does not open when any one bit was changed', () => {
    for (let i = 0; i < sealed.length; i++) {
      const changed = Buffer.from(sealed);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(sealWith(key).open(changed, 'sig_1')).toBeUndefined();
    }
  });

  it('wants a key of 32 bytes', () => {
    expect(() => sealWith(randomBytes(16))).toThrow('32 bytes');
  });
});

describe('the rest', () => {
  it.each([
    ['http://login.example.test', false],
    ['ftp://127.0.0.1', false],
    ['http://127.0.0.1.evil.test', false],
    ['https://login.example.test', true],
    ['http://127.0.0.1:8080', true],
  ])('an issuer at %s is %s', (issuer, good) => {
    const make = () => identityProvider({ issuer, clientId: 'c', clientSecret: 's' });
    if (good) expect(make).not.toThrow();
    else expect(make).toThrow('must begin with https://');
  });

  it.each([
    ['a=1; sallyport-sign-in-x=secret; b=2', 'secret'],
    ['sallyport-sign-in-x=one; sallyport-sign-in-x=two', undefined],
    ['sallyport-sign-in-xy=secret', undefined],
    ['other-sallyport-sign-in-x=secret', undefined],
    [undefined, undefined],
  ])('the login cookie in %j is %j', (header, value) => {
    expect(loginCookie(false).read(header, 'x')).toBe(value);
  });

  it('a page escapes all that is put into it', () => {
    const evil = `<script>"'&`;
    expect(html`<a title="${evil}">${evil}${html`<b>${evil}</b>`}</a>`.toString()).toBe(
      '<a title="&lt;script&gt;&quot;&#39;&amp;">&lt;script&gt;&quot;&#39;&amp;<b>&lt;script&gt;&quot;&#39;&amp;</b></a>',
    );
  });

  it('a cause is told by names and codes, never by its text', () => {
    const cause = new Error('at https://x/?code=SECRET');
    const outer = Object.assign(new TypeError('token SECRET', { cause }), { code: 'ECONNREFUSED' });
    expect(causeOf(outer)).toBe('TypeError ECONNREFUSED < Error');
  });
});
