import { describe, expect, it } from 'vitest';
import { LinkVisits } from '../../main/link-visits.ts';
import type { Notice } from '../../main/notices.ts';
import type { Change } from '../../main/state.ts';
import type { Destination } from '../../protocol/ipc/bridge.ts';
import { type Managed, NOT_MANAGED } from '../../protocol/ipc/managed.ts';
import { erin, newStore, overview, request, signedIn } from './examples.ts';

const link = 'sallyport://new?target=db-1';
const form = { page: 'new', target: 'db-1', login: null, durationSeconds: null, reason: '' };
const here: Change = { kind: 'overview', overview: overview({ requests: [request()] }), clockSkewMs: 0 };

function setUp(...changes: Change[]) {
  let now = 0;
  let reading: Promise<void> | undefined;
  const store = newStore(...changes);
  const shown: (Destination | undefined)[] = [];
  const told: Notice[] = [];
  const warned: string[] = [];
  const visits = new LinkVisits({
    ...{ store, now: () => now },
    untilRead: () => reading,
    log: { info: () => undefined, warn: (line) => void warned.push(line) },
    show: (destination) => shown.push(destination),
    tell: (notice) => told.push(notice),
  });
  const pass = (ms: number): void => {
    now += ms;
  };
  /** It takes a while until it is known what the organisation says. */
  const read = (): ((managed: Managed) => Promise<void>) => {
    let done = (): void => undefined;
    const promise = new Promise<void>((resolve) => {
      done = resolve;
    });
    reading = promise;
    return (managed) => {
      reading = undefined;
      store.apply({ kind: 'managed', managed });
      done();
      return promise;
    };
  };
  return { store, shown, told, warned, visits, pass, read };
}
const ready = () => setUp(signedIn(erin), here);

describe('following links', () => {
  it('leads there, and does nothing else', () => {
    const { visits, shown, told } = ready();
    visits.visit(link);
    expect(shown).toEqual([form]);
    expect(told).toEqual([]);
  });

  it('waits for the sign-in, and for what there is to see', () => {
    const { visits, shown, store } = setUp();
    visits.visit('sallyport://request/req_0000000001');
    expect(shown).toEqual([undefined]);
    store.apply(signedIn(erin));
    expect(shown).toHaveLength(1);
    store.apply(here);
    expect(shown).toEqual([undefined, { page: 'requests', requestId: 'req_0000000001' }]);
    store.apply(here);
    expect(shown).toHaveLength(2);
  });

  it('follows only the last of those that wait', () => {
    const { visits, shown, store, pass } = setUp();
    visits.visit('sallyport://request/req_0000000001');
    pass(2_000);
    visits.visit(link);
    store.apply(signedIn(erin));
    store.apply(here);
    expect(shown).toEqual([undefined, undefined, form]);
  });

  it('does not follow one that waited too long', () => {
    const { visits, shown, store, pass } = setUp();
    visits.visit(link);
    pass(11 * 60_000);
    store.apply(signedIn(erin));
    store.apply(here);
    expect(shown).toEqual([undefined]);
  });

  it.each(['sallyport://approve/req_0000000001', 'nonsense', 'sallyport://connect/gra_0000000009'])(
    'says that it does not follow %s, without repeating it',
    (text) => {
      const { visits, shown, told, warned } = ready();
      visits.visit(text);
      expect(shown).toEqual([]);
      expect(told).toMatchObject([{ title: 'Sallyport did not follow a link', destination: { page: 'home' } }]);
      expect(warned).toHaveLength(1);
      expect(JSON.stringify([told, warned])).not.toContain(text);
    },
  );

  const joining = 'sallyport://join?org=a.example';
  it.each([
    ['nobody is signed in', setUp()],
    ['somebody is', ready()],
  ])('asks at once whether to join an organisation when %s', (_who, { visits, shown, told }) => {
    visits.visit(joining);
    expect(shown).toEqual([{ page: 'join', address: 'https://a.example' }]);
    expect(told).toEqual([]);
  });

  it.each<[string, Partial<Managed>, string, RegExp]>([
    ['of no kind', { deepLinks: [] }, link, /does not allow links of this kind/],
    ['of some kinds', { deepLinks: ['request', 'join'] }, link, /does not allow links of this kind/],
    ['but not to join', { deepLinks: ['request', 'new', 'connect'] }, joining, /does not allow/],
    ['to another backend', { enforced: ['backendAddress'] }, joining, /says which backend is used/],
  ])('follows what the organisation allows: %s', (_what, managed, text, why) => {
    const { visits, shown, told, store } = ready();
    store.apply({ kind: 'managed', managed: { ...NOT_MANAGED, ...managed } });
    visits.visit(text);
    expect(shown).toEqual([]);
    expect(told.map(({ body }) => body)).toEqual([expect.stringMatching(why)]);
  });

  it('does not follow one that waited, if it is forbidden meanwhile', () => {
    const { visits, shown, told, store } = setUp();
    visits.visit(link);
    store.apply({ kind: 'managed', managed: { ...NOT_MANAGED, deepLinks: [] } });
    store.apply(signedIn(erin));
    store.apply(here);
    expect(shown).toEqual([undefined]);
    expect(told).toHaveLength(1);
  });

  it('does not let a page flood the desktop, nor the log', () => {
    const { visits, shown, told, warned, pass } = ready();
    for (let i = 0; i < 100; i += 1) visits.visit(link);
    expect(shown).toHaveLength(1);
    for (let i = 0; i < 100; i += 1) {
      pass(100);
      visits.visit('nonsense');
    }
    expect(told.length + shown.length).toBeLessThanOrEqual(10);
    for (let i = 0; i < 40; i += 1) {
      pass(1_000);
      visits.visit(link);
    }
    expect(told.length + shown.length).toBeLessThanOrEqual(10);
    expect(warned.length).toBeLessThan(30);
    pass(60_000);
    visits.visit(link);
    expect(told.length + shown.length).toBe(11);
  });

  it('stops with the app', () => {
    const { visits, shown, store } = setUp();
    visits.visit(link);
    visits.dispose();
    store.apply(signedIn(erin));
    store.apply(here);
    expect(shown).toEqual([undefined]);
  });
});

describe('a link to join that comes before it is known what the organisation says', () => {
  const join = 'sallyport://join?org=backend.example.com';

  it.each<[string, Partial<Managed>]>([
    ['sets the backend', { enforced: ['backendAddress'] }],
    ['forbids such links', { deepLinks: [] }],
    ['cannot be understood', { problem: { code: 'policy-invalid', message: 'x' } }],
  ])('asks nothing when it %s', async (_name, managed) => {
    const { visits, shown, told, read } = setUp();
    const found = read();
    visits.visit(join);
    expect([shown, told]).toEqual([[], []]);
    await found({ ...NOT_MANAGED, ...managed });
    expect(shown).toEqual([]);
    expect(told).toHaveLength(1);
  });

  it('asks when nobody manages this computer', async () => {
    const { visits, shown, read } = setUp();
    const found = read();
    visits.visit(join);
    await found(NOT_MANAGED);
    expect(shown).toEqual([{ page: 'join', address: 'https://backend.example.com' }]);
  });
});
