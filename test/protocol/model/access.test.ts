import { describe, expect, test } from 'vitest';
import { mayDecide, mayRevoke, namesToDecideIn, nameToDecideIn } from '../../../protocol/model/access.ts';
import type { Decision } from '../../../protocol/model/decision.ts';
import type { Person } from '../../../protocol/model/identity.ts';

const ref = (who: string) => ({ id: `per_${who}000000`, name: who, email: `${who}@x` });
const need = (groups: string[], count = 1) => ({ groups, count, have: 0 });
const dba = need(['dba']);
const security = need(['security']);

/** Somebody with these groups, who takes the places of these people: "dana: dba". */
function person(who: string, groups: string[], places: Record<string, string[]> = {}): Person {
  const standsInFor = Object.entries(places).map(([name, of]) => ({ person: ref(name), groups: of, until: 1 }));
  return { ...ref(who), groups, duties: [], standsInFor };
}

/** A word that was said: "dana" of these groups, or "sam" in the place of "dana". */
function said(who: string, groups: string[], inPlaceOf?: string): Decision {
  const onBehalfOf = inPlaceOf === undefined ? null : ref(inPlaceOf);
  return { id: `dec_${who}000000`, approver: ref(who), groups, verdict: 'approve', reason: '', onBehalfOf, at: 0 };
}

function request(needs = [dba], decisions: Decision[] = [], state: 'pending' | 'denied' = 'pending') {
  return { state, requester: ref('erin'), needs, decisions };
}

/** "own", the name of the absent approver, or "none". */
const shown = (name: ReturnType<typeof nameToDecideIn>): string =>
  name === undefined ? 'none' : name === null ? 'own' : name.person.name;

describe('the name in which a word counts', () => {
  const sam = person('sam', ['security'], { dana: ['dba'] });
  test.each<[string, ReturnType<typeof request>, Person, string]>([
    ['an approver’s own', request(), person('dana', ['dba']), 'own'],
    ['a stranger has none', request(), person('zoe', ['sales']), 'none'],
    ['the requester has none', request(), person('erin', ['dba']), 'none'],
    [
      'the requester has none, whose place ever they take',
      request(),
      person('erin', ['dba'], { dana: ['dba'] }),
      'none',
    ],
    ['a stand-in has the place they take', request(), sam, 'dana'],
    ['a stand-in of the requester has not that place', request(), person('sam', [], { erin: ['dba'] }), 'none'],
    ['a place that gives nothing here is none', request(), person('zoe', ['sales'], { kim: ['security'] }), 'none'],
    ['their own comes first where both would do', request(), person('dora', ['dba'], { dana: ['dba'] }), 'own'],
    ['their own comes first where each fills another need', request([dba, security]), sam, 'own'],
    [
      'the place, when their own brings it no further',
      request([dba, security], [said('sid', ['security'])]),
      sam,
      'dana',
    ],
    ['their own, when the place brings it no further', request([dba, security], [said('dora', ['dba'])]), sam, 'own'],
    [
      'the second place, when the first brings it no further',
      request([dba, security], [said('sid', ['security'])]),
      person('zoe', [], { kim: ['security'], dana: ['dba'] }),
      'dana',
    ],
    [
      'their own, when neither brings it further',
      request([dba, security, need(['leads'])], [said('sid', ['security']), said('dora', ['dba'])]),
      sam,
      'own',
    ],
    [
      'their own, when a place would do and so would they after others make room',
      request([dba, need(['dba', 'security'])], [said('dora', ['dba'])]),
      sam,
      'own',
    ],
    ['none, when they have decided', request([need(['dba', 'security'], 3)], [said('sam', ['security'])]), sam, 'none'],
    [
      'none, when they have decided in another’s place',
      request([dba, security], [said('sam', ['dba'], 'dana')]),
      sam,
      'none',
    ],
    [
      'not that of somebody who has decided',
      request([need(['dba'], 2)], [said('dana', ['dba'])]),
      person('zoe', [], { dana: ['dba'] }),
      'none',
    ],
    [
      'not that of somebody in whose place another has decided',
      request([need(['dba'], 2)], [said('kim', ['dba'], 'dana')]),
      person('zoe', [], { dana: ['dba'] }),
      'none',
    ],
    [
      'not that of somebody who decided in the place of a third',
      request([need(['dba', 'security'], 2)], [said('dana', ['security'], 'sid')]),
      person('zoe', [], { dana: ['dba'] }),
      'none',
    ],
    [
      'none of their own, when somebody decided in their place',
      request([need(['dba'], 2)], [said('sam', ['dba'], 'dana')]),
      person('dana', ['dba']),
      'none',
    ],
    [
      'their own, when only the place is used up',
      request([need(['dba', 'security'], 2)], [said('dana', ['dba'])]),
      sam,
      'own',
    ],
  ])('%s', (_, about, somebody, expected) => {
    expect(shown(nameToDecideIn(about, somebody))).toBe(expected);
    expect(mayDecide(about, somebody)).toBe(expected !== 'none');
  });

  test('a closed request wants nobody’s word', () => {
    expect(mayDecide(request([dba], [], 'denied'), person('dana', ['dba']))).toBe(false);
  });

  test('groups of places are never mixed with one’s own or with those of another place', () => {
    const somebody = person('zoe', ['security'], { dana: ['dba'], lee: ['leads'] });
    expect(namesToDecideIn(request([need(['dba'])]), somebody).map(shown)).toEqual(['dana']);
    expect(namesToDecideIn(request([need(['leads', 'security'])]), somebody).map(shown)).toEqual(['own', 'lee']);
  });
});

describe('who may cut a grant of somebody else', () => {
  test.each<[string, Person, boolean]>([
    ['an approver', person('dana', ['dba']), true],
    ['an admin', { ...person('ada', []), duties: ['admin'] }, true],
    ['somebody of another group', person('zoe', ['sales']), false],
    ['who takes an approver’s place, which is for deciding only', person('sam', [], { dana: ['dba'] }), false],
    ['its holder, who releases it instead', person('erin', ['dba']), false],
  ])('%s: %s', (_, somebody, expected) => {
    expect(mayRevoke({ requester: ref('erin') }, ['dba'], somebody)).toBe(expected);
  });
});
