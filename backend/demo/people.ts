/** One made-up person of the demo's directory. */
export interface DemoPerson {
  /** The subject the identity provider names them by; never changes. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly groups: readonly string[];
  /** What they do, in a word or two, for the page where one chooses who to be. */
  readonly title: string;
}

/**
 * Everybody in the demo. Dana approves for the databases and is an engineer too, so that "never your own request" can
 * be shown; Dana and Sam are in different groups, so that two groups can be asked for.
 */
export const DEMO_PEOPLE: readonly DemoPerson[] = [
  person('erin', 'Erin Okafor', ['engineering'], 'engineer'),
  person('enzo', 'Enzo Rossi', ['engineering'], 'engineer'),
  person('dana', 'Dana Novak', ['dba', 'engineering'], 'database lead, approver'),
  person('sam', 'Sam Reyes', ['security'], 'security, approver'),
  person('uma', 'Uma Lindqvist', ['audit'], 'auditor'),
  person('ada', 'Ada Brandt', ['platform-admins'], 'admin'),
];

function person(id: string, name: string, groups: string[], title: string): DemoPerson {
  return { id, name, email: `${id}@demo.sallyport.test`, groups, title };
}

/** The demo's people as they are now: somebody can change groups or leave while the demo runs. */
export class DemoDirectory {
  readonly #people: Map<string, DemoPerson>;

  constructor(people: readonly DemoPerson[] = DEMO_PEOPLE) {
    this.#people = new Map(people.map((p) => [p.id, p]));
  }

  list(): DemoPerson[] {
    return [...this.#people.values()];
  }

  find(id: string): DemoPerson | undefined {
    return this.#people.get(id);
  }

  /** Seen by the backend at that person's next refresh. @throws when there is nobody of that id. */
  setGroups(id: string, groups: readonly string[]): void {
    const found = this.#people.get(id);
    if (!found) throw new Error(`There is nobody called "${id}" in the demo.`);
    this.#people.set(id, { ...found, groups });
  }

  /** The person leaves: their sign-ins end at the next refresh. */
  remove(id: string): void {
    this.#people.delete(id);
  }
}
