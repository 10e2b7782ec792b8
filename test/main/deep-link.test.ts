import { describe, expect, it } from 'vitest';
import { destinationOf, linkAmong, readLink } from '../../main/deep-link.ts';
import type { Change } from '../../main/state.ts';
import { dana, erin, grant, request, signedIn, stateAfter } from './examples.ts';

const req = 'req_0000000001';
const gra = 'gra_0000000001';

describe('a link is refused', () => {
  it.each<[string, string]>([
    ['nothing', ''],
    ['no link', 'request'],
    ['another scheme', `https://request/${req}`],
    ['a scheme that looks like ours', `sallyports://request/${req}`],
    ['our scheme in capitals', `SALLYPORT://request/${req}`],
    ['one slash', `sallyport:/request/${req}`],
    ['no slashes', `sallyport:request/${req}`],
    ['three slashes', `sallyport:///request/${req}`],
    ['something before it', ` sallyport://request/${req}`],
    ['something after it', `sallyport://request/${req} `],
    ['a second line', `sallyport://request/${req}\nx`],
    ['an argument in the guise of a link', '--backend=https://evil.example'],
    ['an unknown act', `sallyport://approve/${req}`],
    ['an act in capitals', `sallyport://Request/${req}`],
    ['no id', 'sallyport://request/'],
    ['an empty act', `sallyport:///${req}`],
    ['an id of another kind', `sallyport://request/${gra}`],
    ['the id of a request to connect', `sallyport://connect/${req}`],
    ['an id that is too short', 'sallyport://request/req_1'],
    ['an id that is too long', `sallyport://request/req_${'1'.repeat(41)}`],
    ['an id in capitals', 'sallyport://request/REQ_0000000001'],
    ['an encoded id', 'sallyport://request/req%5f0000000001'],
    ['a path out of the id', `sallyport://request/../connect/${gra}`],
    ['more after the id', `sallyport://request/${req}/approve`],
    ['a slash after the id', `sallyport://request/${req}/`],
    ['parameters after the id', `sallyport://request/${req}?verdict=approve`],
    ['a fragment after the id', `sallyport://request/${req}#x`],
    ['a user name', `sallyport://me@request/${req}`],
    ['a port', `sallyport://request:22/${req}`],
    ['an ask without anything', 'sallyport://new'],
    ['an ask with nothing named', 'sallyport://new?'],
    ['an ask without a target', 'sallyport://new?login=root'],
    ['an empty target', 'sallyport://new?target='],
    ['a target in capitals', 'sallyport://new?target=DB-1'],
    ['an encoded target', 'sallyport://new?target=db%2D1'],
    ['a target that is a path', 'sallyport://new?target=../db'],
    ['a target that is too long', `sallyport://new?target=${'a'.repeat(64)}`],
    ['two targets', 'sallyport://new?target=db-1&target=db-2'],
    ['two reasons', 'sallyport://new?target=db-1&reason=a&reason=b'],
    ['an empty login', 'sallyport://new?target=db-1&login='],
    ['a login with an option', 'sallyport://new?target=db-1&login=-oProxyCommand'],
    ['a login in capitals', 'sallyport://new?target=db-1&login=Root'],
    ['an unknown parameter', 'sallyport://new?target=db-1&submit=true'],
    ['a parameter in capitals', 'sallyport://new?Target=db-1'],
    ['an encoded parameter', 'sallyport://new?%74arget=db-1'],
    ['a parameter without a value', 'sallyport://new?target=db-1&reason'],
    ['a parameter with two values', 'sallyport://new?target=db-1&reason=a=b'],
    ['an empty parameter', 'sallyport://new?target=db-1&'],
    ['a prototype for a parameter', 'sallyport://new?target=db-1&__proto__=x'],
    ['a fragment', 'sallyport://new?target=db-1#x'],
    ['a length without a unit', 'sallyport://new?target=db-1&duration=15'],
    ['an empty length', 'sallyport://new?target=db-1&duration='],
    ['a length that is nothing', 'sallyport://new?target=db-1&duration=0m'],
    ['a length below zero', 'sallyport://new?target=db-1&duration=-15m'],
    ['a length under half a minute', 'sallyport://new?target=db-1&duration=29s'],
    ['a length over a week', 'sallyport://new?target=db-1&duration=169h'],
    ['a length that is endless', 'sallyport://new?target=db-1&duration=99999999999h'],
    ['a length in words', 'sallyport://new?target=db-1&duration=1e3s'],
    ['half an escape', 'sallyport://new?target=db-1&reason=%4'],
    ['an escape that is none', 'sallyport://new?target=db-1&reason=%zz'],
    ['bytes that are no UTF-8', 'sallyport://new?target=db-1&reason=%ff'],
    ['UTF-8 longer than it need be', 'sallyport://new?target=db-1&reason=%c0%af'],
    ['half of a surrogate pair', 'sallyport://new?target=db-1&reason=%ed%a0%80'],
    ['a NUL', 'sallyport://new?target=db-1&reason=a%00b'],
    ['an escape character', 'sallyport://new?target=db-1&reason=%1b%5b31m'],
    ['a text that turns itself round', 'sallyport://new?target=db-1&reason=%E2%80%AEtxt'],
    ['an Arabic letter mark', 'sallyport://new?target=db-1&reason=a%D8%9Cb'],
    ['letters of a tag that nobody sees', 'sallyport://new?target=db-1&reason=a%F3%A0%81%A1b'],
    ['a hyphen that nobody sees', 'sallyport://new?target=db-1&reason=a%C2%ADb'],
    ['a line end that is none', 'sallyport://new?target=db-1&reason=a%E2%80%A8b'],
    ['letters of no width', 'sallyport://new?target=db-1&reason=a%E2%80%8Bb'],
    ['letters that are not encoded', 'sallyport://new?target=db-1&reason=größer'],
    ['a space that is not encoded', 'sallyport://new?target=db-1&reason=a b'],
    ['a reason that is too long', `sallyport://new?target=db-1&reason=${'a'.repeat(2_001)}`],
    ['anything that is too long', `sallyport://new?target=db-1&reason=${'%20'.repeat(2_700)}`],
  ])('%s', (_name, text) => {
    expect(readLink(text)).toEqual({ problem: expect.stringMatching(/^(it|its|there) /) });
  });

  it('by one sentence that repeats next to nothing of it', () => {
    const read = readLink(`sallyport://new?target=db-1&${'evil'.repeat(50)}=1`);
    expect('problem' in read && read.problem.length).toBeLessThan(60);
  });
});

describe('a link to join is refused', () => {
  it.each<[string, string]>([
    ['without an organisation', 'sallyport://join'],
    ['with nothing named', 'sallyport://join?org='],
    ['with a space for a name', 'sallyport://join?org=%20'],
    ['with a field more', 'sallyport://join?org=a.example&yes=1'],
    ['with two organisations', 'sallyport://join?org=a.example&org=b.example'],
    ['with another field', 'sallyport://join?backend=a.example'],
    ['with a fragment', 'sallyport://join?org=a.example#x'],
    ['as a path', 'sallyport://join/a.example'],
    ['with plain http', 'sallyport://join?org=http%3A%2F%2Fa.example'],
    ['with a file', 'sallyport://join?org=file%3A%2F%2F%2Fetc%2Fpasswd'],
    ['with a script', 'sallyport://join?org=javascript%3Aalert(1)'],
    ['with a name and a password', 'sallyport://join?org=https%3A%2F%2Fme%3Asecret%40a.example'],
    ['with the look of another host', 'sallyport://join?org=good.example%40evil.example'],
    ['with a path', 'sallyport://join?org=a.example%2Fpath'],
    ['with a query', 'sallyport://join?org=a.example%3Fx'],
    ['with a port that is none', 'sallyport://join?org=a.example%3A99999'],
    ['with a space', 'sallyport://join?org=a%20b.example'],
    ['with what turns the text round', 'sallyport://join?org=a%E2%80%AE.example'],
    ['with a NUL', 'sallyport://join?org=a.example%00'],
    ['with two lines', 'sallyport://join?org=a%0A.example'],
    ['with bytes that are no UTF-8', 'sallyport://join?org=%ff.example'],
  ])('%s', (_how, text) => {
    expect(readLink(text)).toHaveProperty('problem');
  });
});

describe('a link is read', () => {
  const ask = { kind: 'new', target: 'db-1', login: null, durationSeconds: null, reason: '' };
  it.each<[string, object]>([
    [`sallyport://request/${req}`, { kind: 'request', requestId: req }],
    [`sallyport://connect/${gra}`, { kind: 'connect', grantId: gra }],
    ['sallyport://join?org=sallyport.example.com', { kind: 'join', address: 'https://sallyport.example.com' }],
    ['sallyport://join/?org=a.example:8443', { kind: 'join', address: 'https://a.example:8443' }],
    ['sallyport://join?org=https%3A%2F%2FA.example%2F', { kind: 'join', address: 'https://a.example' }],
    ['sallyport://join?org=http%3A%2F%2F127.0.0.1%3A8022', { kind: 'join', address: 'http://127.0.0.1:8022' }],
    // Letters that look like others show themselves for what they are.
    ['sallyport://join?org=%D0%B0.example', { kind: 'join', address: 'https://xn--80a.example' }],
    ['sallyport://new?target=db-1', ask],
    ['sallyport://new/?target=db-1', ask],
    ['sallyport://new?reason=&target=db-1', ask],
    [
      'sallyport://new?target=web.prod-1&login=deploy&duration=1h30m&reason=OPS-7%3A%20it+is%20down',
      { kind: 'new', target: 'web.prod-1', login: 'deploy', durationSeconds: 5_400, reason: 'OPS-7: it is down' },
    ],
    ['sallyport://new?target=db-1&reason=100%25%2B%26%3D%0Agr%C3%B6%C3%9Fer', { ...ask, reason: '100%+&=\ngrößer' }],
    ['sallyport://new?target=db-1&reason=%2520', { ...ask, reason: '%20' }],
    ['sallyport://new?target=db-1&duration=30s', { ...ask, durationSeconds: 30 }],
    ['sallyport://new?target=db-1&duration=168h', { ...ask, durationSeconds: 604_800 }],
  ])('%s', (text, link) => {
    expect(readLink(text)).toEqual({ link });
  });
});

describe('where a link leads', () => {
  const asked: Change = { kind: 'request-changed', request: request() };
  const given: Change = { kind: 'grant-changed', grant: grant() };
  const toRequest = { kind: 'request', requestId: req } as const;
  const join = { kind: 'join', address: 'https://a.example' } as const;
  const connect = { kind: 'connect', grantId: gra } as const;

  it.each<[string, Change[], Parameters<typeof destinationOf>[0], object | undefined]>([
    ['my request', [signedIn(erin), asked], toRequest, { page: 'requests', requestId: req }],
    ['another’s request', [signedIn(dana), asked], toRequest, { page: 'inbox', requestId: req }],
    ['my grant', [signedIn(erin), given], connect, { page: 'grant', grantId: gra }],
    ['nowhere: another’s grant', [signedIn(dana), given], connect, undefined],
    ['nowhere: an unknown request', [signedIn(erin)], toRequest, undefined],
    ['nowhere: an unknown grant', [signedIn(erin)], connect, undefined],
    ['nowhere: nobody is signed in', [asked, given], toRequest, undefined],
    ['to the question, whoever is signed in', [signedIn(erin)], join, { page: 'join', address: join.address }],
    ['to the question, when nobody is', [], join, { page: 'join', address: join.address }],
    [
      'the form',
      [signedIn(erin)],
      { kind: 'new', target: 'db-1', login: 'root', durationSeconds: 60, reason: 'x' },
      { page: 'new', target: 'db-1', login: 'root', durationSeconds: 60, reason: 'x' },
    ],
  ])('%s', (_name, changes, link, destination) => {
    expect(destinationOf(link, stateAfter(...changes))).toEqual(destination);
  });
});

describe('the link among the arguments of a start', () => {
  const link = `sallyport://request/${req}`;
  it.each<[string, string[], string | undefined]>([
    ['is the one', ['/opt/sallyport', '--hidden', link], link],
    ['is there whatever its capitals, to be refused later', ['x', 'SALLYPORT:x'], 'SALLYPORT:x'],
    ['is none where there is none', ['x', '--backend=https://a.example', 'https://b.example'], undefined],
    ['is none where there are two', ['x', link, link], undefined],
    ['is not the value of another', ['x', `--backend=${link}`], undefined],
  ])('%s', (_name, argv, found) => {
    expect(linkAmong(argv)).toBe(found);
  });
});
